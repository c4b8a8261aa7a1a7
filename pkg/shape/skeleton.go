package shape

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Notes are what a skeleton tells and Go's types don't.
type Notes struct {
	Required []string                  // the members that an input must have
	Enums    map[reflect.Type][]string // the values of the enums; the first one is the example
}

// Skeleton is what --generate-cli-skeleton prints: an input in JSON, with each member once, to be filled in.
func Skeleton(t reflect.Type, notes Notes) []byte {
	var b bytes.Buffer
	writeJSON(&b, notes.node(t, nil), "\n")
	b.WriteByte('\n')
	return b.Bytes()
}

// SkeletonYAML is what --generate-cli-skeleton yaml-input prints: as Skeleton, with a comment at what the notes know.
func SkeletonYAML(t reflect.Type, notes Notes) []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(notes.node(t, nil)); err != nil {
		panic(err) // writing into memory what node made can't fail
	}
	return b.Bytes()
}

// node gives the skeleton of a shape as YAML's tree, which unlike a map has an order and comments. A structure within itself
// stays empty.
func (n Notes) node(t reflect.Type, within []reflect.Type) *yaml.Node {
	t = deref(t)
	switch KindOf(t) {
	case Structure:
		node := &yaml.Node{Kind: yaml.MappingNode}
		if slices.Contains(within, t) {
			return node
		}
		for _, m := range Members(t) {
			name, value := scalar("!!str", m.Name), n.node(m.Type, append(within, t))
			at := value
			if m.Kind.complex() {
				at = name // a comment after what stands below would be far from its name
			}
			at.LineComment = n.comment(m, len(within) == 0)
			node.Content = append(node.Content, name, value)
		}
		return node
	case List:
		return &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n.node(t.Elem(), within)}}
	case Map:
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("!!str", "KeyName"), n.node(t.Elem(), within)}}
	case Boolean:
		return scalar("!!bool", "true")
	case Integer:
		return scalar("!!int", "0")
	case Float:
		return scalar("!!float", "0.0")
	case Timestamp:
		return scalar("!!str", placeholderTime)
	case String:
		if values := n.Enums[t]; len(values) > 0 {
			return scalar("!!str", values[0])
		}
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

// comment is what there is to know about a member, in the words of the AWS CLI, which scripts look for.
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

// writeJSON writes the tree as the AWS CLI prints JSON; line is the line break with the indentation of the place.
func writeJSON(b *bytes.Buffer, node *yaml.Node, line string) {
	item := func(i int) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(line + "    ")
	}
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!str":
		fmt.Fprintf(b, "%q", node.Value)
	case node.Kind == yaml.ScalarNode:
		b.WriteString(node.Value)
	case len(node.Content) == 0:
		b.WriteString("{}")
	case node.Kind == yaml.SequenceNode:
		b.WriteByte('[')
		item(0)
		writeJSON(b, node.Content[0], line+"    ")
		b.WriteString(line + "]")
	default:
		b.WriteByte('{')
		for i := 0; i < len(node.Content); i += 2 {
			item(i)
			fmt.Fprintf(b, "%q: ", node.Content[i].Value)
			writeJSON(b, node.Content[i+1], line+"    ")
		}
		b.WriteString(line + "}")
	}
}

// placeholderTime is the AWS CLI's example of a timestamp, with the zone that an input needs.
const placeholderTime = "1970-01-01T00:00:00+00:00"

// OutputSkeleton is what --generate-cli-skeleton output answers instead of the service: each text is the name of its member.
// It goes through --query and --output as any answer does.
func OutputSkeleton(t reflect.Type) map[string]any {
	members, _ := placeholder(t, "", nil).(map[string]any)
	return members
}

func placeholder(t reflect.Type, name string, within []reflect.Type) any {
	t = deref(t)
	switch KindOf(t) {
	case Structure:
		out := map[string]any{}
		if slices.Contains(within, t) {
			return out
		}
		for _, m := range Members(t) {
			out[m.Name] = placeholder(m.Type, m.Name, append(within, t))
		}
		return out
	case List:
		element := deref(t.Elem()).Name() // of an enum; other text has no name of its own in Go, and in EC2 it is String
		if element == "string" {
			element = "String"
		}
		return []any{placeholder(t.Elem(), element, within)}
	case Map:
		return map[string]any{"KeyName": placeholder(t.Elem(), "", within)}
	case Boolean:
		return true
	case Integer, Float:
		return 0.0
	case Timestamp:
		return placeholderTime
	case String:
		return name
	}
	return ""
}
