package sandbox

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
)

const namespace = "http://ec2.amazonaws.com/doc/" + Version + "/"

// A node is an XML element with either text or children.
type node struct {
	name  string
	text  string
	nodes []node
}

func leaf(name, text string) node { return node{name: name, text: text} }

func tree(name string, nodes ...node) node { return node{name: name, nodes: nodes} }

// answerOf returns the content of a successful response, after the request id.
func answerOf(nodes ...node) *node { return &node{nodes: nodes} }

// done returns the answer of an action without a result.
func done() *node { return answerOf(leaf("return", "true")) }

// listOf returns a list in EC2's XML form.
func listOf[T any](name string, all []T, item func(T) []node) node {
	n := node{name: name}
	for _, t := range all {
		n.nodes = append(n.nodes, tree("item", item(t)...))
	}
	return n
}

// texts returns a list of strings in EC2's XML form.
func texts(name string, all []string) node {
	n := node{name: name}
	for _, text := range all {
		n.nodes = append(n.nodes, leaf("item", text))
	}
	return n
}

func (n *node) add(nodes ...node) { n.nodes = append(n.nodes, nodes...) }

// set sets the text of the element at a path, which it creates if there is none.
func (n *node) set(path, text string) {
	first, rest, more := strings.Cut(path, ".")
	i := slices.IndexFunc(n.nodes, func(child node) bool { return child.name == first })
	if i < 0 {
		i = len(n.nodes)
		n.nodes = append(n.nodes, node{name: first})
	}
	if more {
		n.nodes[i].set(rest, text)
	} else {
		n.nodes[i].text = text
	}
}

// values returns the non-empty texts of the elements at a path. A step of the path is the name of an element, which may end in
// Set. The items of a list need no step.
func (n *node) values(path string) []string {
	var out []string
	for i := range n.nodes {
		child := &n.nodes[i]
		first, rest, more := strings.Cut(path, ".")
		switch {
		case child.name == "item" && path != "item":
			if path == "" && child.text != "" {
				out = append(out, child.text)
			}
			out = append(out, child.values(path)...)
		case !strings.EqualFold(child.name, first) && !strings.EqualFold(child.name, first+"Set"):
		case more:
			out = append(out, child.values(rest)...)
		case child.text != "":
			out = append(out, child.text)
		default:
			out = append(out, child.values("")...)
		}
	}
	return out
}

// children returns the children with that name.
func (n *node) children(name string) []*node {
	var out []*node
	for i := range n.nodes {
		if n.nodes[i].name == name {
			out = append(out, &n.nodes[i])
		}
	}
	return out
}

// clone returns a deep copy.
func (n *node) clone() node {
	out := *n
	out.nodes = slices.Clone(n.nodes)
	for i := range out.nodes {
		out.nodes[i] = out.nodes[i].clone()
	}
	return out
}

// drop removes every element of the tree with that name.
func (n *node) drop(name string) {
	n.nodes = slices.DeleteFunc(n.nodes, func(child node) bool { return child.name == name })
	for i := range n.nodes {
		n.nodes[i].drop(name)
	}
}

// each calls f for every element of the tree with that name, ignoring case.
func (n *node) each(name string, f func(*node)) {
	for i := range n.nodes {
		if strings.EqualFold(n.nodes[i].name, name) {
			f(&n.nodes[i])
		}
		n.nodes[i].each(name, f)
	}
}

// document returns the XML document of an element.
func (n *node) document(namespace string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if namespace != "" {
		namespace = ` xmlns="` + namespace + `"`
	}
	n.write(&b, "", namespace)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer, indent, attribute string) {
	b.WriteString(indent + "<" + n.name + attribute + ">")
	if len(n.nodes) == 0 {
		_ = xml.EscapeText(b, []byte(n.text)) // a Buffer returns no error
	} else {
		for i := range n.nodes {
			b.WriteByte('\n')
			n.nodes[i].write(b, indent+"    ", "")
		}
		b.WriteString("\n" + indent)
	}
	b.WriteString("</" + n.name + ">")
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
