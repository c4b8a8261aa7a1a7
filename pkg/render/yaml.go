package render

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

func writeYAML(out *bytes.Buffer, value any) error {
	for _, document := range parts(value) {
		node := yamlNode(document)
		if _, ok := value.(string); ok {
			node.Style = yaml.DoubleQuotedStyle // the AWS CLI quotes a document that is a string
		}
		if err := encodeYAML(out, node); err != nil {
			return err
		}
	}
	return nil
}

const (
	partSize         = 100 // list items
	longestSimpleKey = 128 // YAML 1.1 writes a longer key after a question mark, and its list at another margin
)

// parts divides a document into parts of at most partSize list items, because the library keeps everything that one call of Encode wrote
// in memory: 2.8 GB for a journal of 50,000 intents, 0.4 GB in parts. The parts can be concatenated, because all of them begin at the
// left margin.
func parts(value any) (all []any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if list, _ := v[key].([]any); len(list) > partSize && len(key) <= longestSimpleKey {
				all = append(all, map[string]any{key: list[:partSize]})
				all = append(all, parts(list[partSize:])...)
			} else {
				all = append(all, map[string]any{key: v[key]})
			}
		}
		return all
	case []any:
		for items := range slices.Chunk(v, partSize) {
			all = append(all, items)
		}
	}
	if all == nil {
		all = append(all, value)
	}
	return all
}

// writeYAMLStream prints a list with one item for each page of the answer. A create has one page.
func writeYAMLStream(out *bytes.Buffer, value any) error {
	if _, ok := value.(map[string]any); !ok {
		return encodeYAML(out, yamlNode([]any{value}))
	}
	var object bytes.Buffer
	if err := writeYAML(&object, value); err != nil {
		return err
	}
	indentItem(out, object.Bytes(), true)
	return nil
}

// indentItem writes lines as an item of a list, or as the next lines of that item. The encoder writes no scalar over several lines.
func indentItem(out *bytes.Buffer, lines []byte, first bool) {
	indent := "  "
	if first {
		indent = "- "
	}
	for line := range bytes.Lines(lines) {
		out.WriteString(indent)
		out.Write(line)
		indent = "  "
	}
}

func encodeYAML(out *bytes.Buffer, document *yaml.Node) error {
	encoder := yaml.NewEncoder(out)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(document); err != nil {
		return err
	}
	return encoder.Close()
}

// yamlNode converts a normalized value to a tree, because the encoder writes a json.Number as a string.
func yamlNode(value any) *yaml.Node {
	node := &yaml.Node{}
	switch v := value.(type) {
	case map[string]any:
		node.Kind = yaml.MappingNode
		for _, key := range slices.Sorted(maps.Keys(v)) {
			node.Content = append(node.Content, yamlNode(key), yamlNode(v[key]))
		}
	case []any:
		node.Kind = yaml.SequenceNode
		for _, item := range v {
			node.Content = append(node.Content, yamlNode(item))
		}
	case json.Number:
		node.Kind, node.Value = yaml.ScalarNode, string(v)
		if mantissa, exponent, ok := strings.Cut(node.Value, "e"); ok && !strings.Contains(mantissa, ".") {
			node.Value = mantissa + ".0e" + exponent // YAML 1.1 reads 1e+16 as a string
		}
	case string:
		node.Kind, node.Tag, node.Value = yaml.ScalarNode, "!!str", v
		if strings.ContainsFunc(v, unicode.IsControl) { // the library's block style drops some blanks
			node.Style = yaml.DoubleQuotedStyle
		} else if misread(v) {
			node.Style = yaml.SingleQuotedStyle // as the AWS CLI does
		}
	default:
		_ = node.Encode(v) // null and booleans always encode
	}
	return node
}

// misread reports whether a reader of YAML 1.1 or 1.2 would take the unquoted string for another type. YAML 1.1 reads "no" as
// a boolean and "12:30:45" as a number, and "=" has a type of its own.
func misread(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "=":
		return true
	}
	plain := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	return plain.ShortTag() != "!!str" || strings.Trim(s, "+-.:_0123456789") == ""
}
