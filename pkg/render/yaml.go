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
	if isEmptyObject(value) {
		return nil
	}
	node := yamlNode(value)
	if _, ok := value.(string); ok {
		node.Style = yaml.DoubleQuotedStyle // a document that is a string is quoted in the AWS CLI
	}
	return encodeYAML(out, node)
}

// writeYAMLStream prints a list with one item for each response; here there is one.
func writeYAMLStream(out *bytes.Buffer, value any) error {
	if isEmptyObject(value) {
		return nil
	}
	return encodeYAML(out, yamlNode([]any{value}))
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
		if isWord(v) {
			node.Kind, node.Tag, node.Value = yaml.ScalarNode, "!!str", v
			break
		}
		if strings.ContainsFunc(v, unicode.IsControl) { // the library's block style loses some blanks
			node.SetString(v)
			node.Style = yaml.DoubleQuotedStyle
			break
		}
		_ = node.Encode(v)                                    // which quotes it where it must; it can't fail
		if node.Style == yaml.DoubleQuotedStyle || v == "=" { // which is a key of its own in YAML 1.1
			node.Style = yaml.SingleQuotedStyle // as the AWS CLI does
		}
	default:
		_ = node.Encode(v) // null or a boolean, which can't fail
	}
	return node
}

// isWord reports whether a string is for certain nothing but a string in YAML 1.1 and 1.2: one that begins with a letter, goes on
// with what names are made of, and is longer than any of the words for null and booleans. It spares the library's slow way.
func isWord(s string) bool {
	if len(s) <= len("false") {
		return false
	}
	for i, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || (r < '0' || r > '9') && r != '-' && r != '_') {
			return false
		}
	}
	return true
}
