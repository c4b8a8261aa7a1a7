package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Notes are facts about an input that a skeleton shows and that Go's types do not have.
type Notes struct {
	Required []string                  // the names of the required members
	Enums    map[reflect.Type][]string // the values of each enum; the first is the example
}

// Skeleton returns the output of --generate-cli-skeleton: an input in JSON with every member, in which the user replaces the values.
func Skeleton(t reflect.Type, notes Notes) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, append(compactJSON(notes.input(t)), '\n'), "", "    "); err != nil {
		panic(err) // compactJSON returns valid JSON
	}
	return b.Bytes()
}

// SkeletonYAML returns the output of --generate-cli-skeleton yaml-input: an input in YAML with every member, and with the notes as comments.
func SkeletonYAML(t reflect.Type, notes Notes) []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(notes.input(t)); err != nil {
		panic(err) // encoding a tree that input returned into memory does not fail
	}
	return b.Bytes()
}

// OutputSkeleton returns the example of an answer that --generate-cli-skeleton output prints. The value of each text member is the member's
// name.
func OutputSkeleton(t reflect.Type) map[string]any {
	tree := Notes{}.node(t, "", nil, func(_ reflect.Type, name string) string { return name })
	var members map[string]any
	if err := json.Unmarshal(compactJSON(tree), &members); err != nil {
		panic(err) // compactJSON returns valid JSON
	}
	return members
}

// input returns the skeleton of an input, in which text is empty or the first value of its enum.
func (n Notes) input(t reflect.Type) *yaml.Node {
	return n.node(t, "", nil, func(t reflect.Type, _ string) string {
		if values := n.Enums[t]; len(values) > 0 {
			return values[0]
		}
		return ""
	})
}

// node returns the skeleton of a shape as a YAML tree, which unlike a map has an order and comments. name is the name of the member that has
// the shape, and text returns the value of a text member. within lists the enclosing structures; a structure that is nested in itself stays
// empty.
func (n Notes) node(t reflect.Type, name string, within []reflect.Type, text func(t reflect.Type, name string) string) *yaml.Node {
	t = deref(t)
	switch KindOf(t) {
	case Structure:
		node := &yaml.Node{Kind: yaml.MappingNode}
		if slices.Contains(within, t) {
			return node
		}
		for _, m := range Members(t) {
			key, value := scalar("!!str", m.Name), n.node(m.Type, m.Name, append(within, t), text)
			at := value
			if m.Kind.complex() {
				at = key // after the value, the comment would be several lines below the name
			}
			at.LineComment = n.comment(m, len(within) == 0)
			node.Content = append(node.Content, key, value)
		}
		return node
	case List:
		element := deref(t.Elem()).Name() // EC2's name of the shape, if it is an enum
		if element == "string" {
			element = "String" // EC2's name of all other text
		}
		return &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n.node(t.Elem(), element, within, text)}}
	case Map:
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("!!str", "KeyName"), n.node(t.Elem(), "", within, text)}}
	case Boolean:
		return scalar("!!bool", "true")
	case Integer:
		return scalar("!!int", "0")
	case Float:
		return scalar("!!float", "0.0")
	case Timestamp:
		// The AWS CLI's example. An input needs the zone, which the AWS CLI leaves out.
		return scalar("!!str", "1970-01-01T00:00:00+00:00")
	case String:
		return scalar("!!str", text(t, name))
	}
	return scalar("!!str", "")
}

func scalar(tag, text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
	if text == "" {
		node.Style = yaml.SingleQuotedStyle
	}
	return node
}

// comment returns the notes about a member in the AWS CLI's words, which scripts look for.
func (n Notes) comment(m Member, top bool) string {
	var parts []string
	if top && slices.Contains(n.Required, m.Name) {
		parts = append(parts, "[REQUIRED]")
	}
	if values := n.Enums[deref(m.Type)]; len(values) > 0 {
		parts = append(parts, "Valid values are: "+strings.Join(values, ", ")+".")
	}
	return strings.Join(parts, " ")
}

// compactJSON returns the tree in JSON.
func compactJSON(node *yaml.Node) []byte {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!str":
		return strconv.AppendQuote(nil, node.Value)
	case node.Kind == yaml.ScalarNode:
		return []byte(node.Value)
	case node.Kind == yaml.SequenceNode:
		return fmt.Appendf(nil, "[%s]", compactJSON(node.Content[0]))
	}
	var members [][]byte
	for pair := range slices.Chunk(node.Content, 2) {
		members = append(members, fmt.Appendf(nil, "%q:%s", pair[0].Value, compactJSON(pair[1])))
	}
	return fmt.Appendf(nil, "{%s}", bytes.Join(members, []byte(",")))
}
