package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Notes are facts about an input that a skeleton shows and Go's types do not have.
type Notes struct {
	Required []string                  // the names of the required members
	Enums    map[reflect.Type][]string // the values of each enum; the first is the example
}

// Skeleton returns what --generate-cli-skeleton prints: an input in JSON with every member, in which the user replaces the values.
func Skeleton(t reflect.Type, notes Notes) []byte {
	var compact, b bytes.Buffer
	writeJSON(&compact, notes.node(t, nil))
	if err := json.Indent(&b, append(compact.Bytes(), '\n'), "", "    "); err != nil {
		panic(err) // writeJSON writes valid JSON
	}
	return b.Bytes()
}

// SkeletonYAML returns what --generate-cli-skeleton yaml-input prints: an input in YAML with every member, and with the notes as comments.
func SkeletonYAML(t reflect.Type, notes Notes) []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if err := e.Encode(notes.node(t, nil)); err != nil {
		panic(err) // encoding a tree that node returned into memory does not fail
	}
	return b.Bytes()
}

// node returns the skeleton of a shape as a YAML tree, which unlike a map has an order and comments. within lists the enclosing
// structures; a structure that is nested in itself stays empty.
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
				at = name // after the value, the comment would be several lines below the name
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

// writeJSON writes the tree as compact JSON.
func writeJSON(b *bytes.Buffer, node *yaml.Node) {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!str":
		fmt.Fprintf(b, "%q", node.Value)
	case node.Kind == yaml.ScalarNode:
		b.WriteString(node.Value)
	case node.Kind == yaml.SequenceNode:
		b.WriteByte('[')
		writeJSON(b, node.Content[0])
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		separator := ""
		for i := 0; i < len(node.Content); i += 2 {
			fmt.Fprintf(b, "%s%q:", separator, node.Content[i].Value)
			writeJSON(b, node.Content[i+1])
			separator = ","
		}
		b.WriteByte('}')
	}
}

// placeholderTime is the AWS CLI's example of a timestamp. An input needs the zone, which the AWS CLI leaves out.
const placeholderTime = "1970-01-01T00:00:00+00:00"

// OutputSkeleton returns the example of an answer that --generate-cli-skeleton output prints. The value of each text member is the member's
// name.
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
		element := deref(t.Elem()).Name() // EC2's name of the shape, if it is an enum
		if element == "string" {
			element = "String" // EC2's name of all other text
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
