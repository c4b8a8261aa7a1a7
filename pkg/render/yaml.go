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

// writeYAML draws a value. What it draws at once the library holds in memory, so that goes in parts: the members of an object one
// by one, and a hundred items of a list at a time, which all begin at the margin.
func writeYAML(out *bytes.Buffer, value any) error {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			list, _ := v[key].([]any)
			if len(list) <= part || len(key) > longestSimpleKey {
				if err := encodeYAML(out, yamlNode(map[string]any{key: v[key]})); err != nil {
					return err
				}
				continue
			}
			if err := encodeYAML(out, yamlNode(map[string]any{key: list[:part]})); err != nil {
				return err
			}
			if err := writeItems(out, list[part:]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		if len(v) > 0 {
			return writeItems(out, v)
		}
	}
	node := yamlNode(value)
	if _, ok := value.(string); ok {
		node.Style = yaml.DoubleQuotedStyle // a document that is a string is quoted in the AWS CLI
	}
	return encodeYAML(out, node)
}

const (
	part             = 100
	longestSimpleKey = 128 // YAML 1.1: from there on it begins with a question mark
)

func writeItems(out *bytes.Buffer, list []any) error {
	for items := range slices.Chunk(list, part) {
		if err := encodeYAML(out, yamlNode(items)); err != nil {
			return err
		}
	}
	return nil
}

// writeYAMLStream prints a list with one item for each response; here there is one.
func writeYAMLStream(out *bytes.Buffer, value any) error {
	if _, ok := value.(map[string]any); !ok {
		return encodeYAML(out, yamlNode([]any{value}))
	}
	var object bytes.Buffer
	if err := writeYAML(&object, value); err != nil {
		return err
	}
	indent := "- "
	for line := range bytes.Lines(object.Bytes()) { // none goes on in the next one
		out.WriteString(indent)
		out.Write(line)
		indent = "  "
	}
	return nil
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

// yamlNode builds the document by hand, as the encoder knows no json.Number.
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
			node.Value = mantissa + ".0e" + exponent // YAML 1.1 takes 1e+16 for a string
		}
	case string:
		node.Kind, node.Tag, node.Value = yaml.ScalarNode, "!!str", v
		if strings.ContainsFunc(v, unicode.IsControl) { // the library's block style loses some blanks
			node.Style = yaml.DoubleQuotedStyle
		} else if misread(v) {
			node.Style = yaml.SingleQuotedStyle // as the AWS CLI does
		}
	default:
		_ = node.Encode(v) // null or a boolean, which can't fail
	}
	return node
}

// misread reports whether a string without quotes would be something else to a reader of YAML 1.2 or 1.1, to which "no" is a
// boolean, "12:30:45" is a number, and "=" is a type of its own.
func misread(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "=":
		return true
	}
	plain := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	return plain.ShortTag() != "!!str" || strings.Trim(s, "+-.:_0123456789") == ""
}
