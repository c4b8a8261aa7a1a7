package shape

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/text"
)

// ParseYAML reads an input as --cli-input-yaml takes it; source names it in errors. Text without quotes that reads as a
// number, a boolean or a date is one, and so no string.
func ParseYAML(t reflect.Type, source string, data []byte) (map[string]any, error) {
	v, err := readYAML(data)
	return fitInput(t, source, v, err)
}

func readYAML(data []byte) (any, error) {
	node, err := text.ParseYAML(bytes.NewReader(data))
	if node == nil || err != nil {
		return nil, err
	}
	if err := ambiguous(node); err != nil {
		return nil, err
	}
	var v any
	if err := node.Decode(&v); err != nil {
		return nil, text.NotYAML(err)
	}
	return v, nil
}

// ambiguous refuses what two readers of YAML take for two values: 010, which is 8 to YAML 1.1 and 10 to the AWS CLI, and
// !!binary, which the library decodes to text.
func ambiguous(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		digits := strings.TrimLeft(node.Value, "+-")
		switch tag := node.ShortTag(); {
		case tag == "!!binary":
			return fmt.Errorf("line %d: base64 text goes without !!binary", node.Line)
		case (tag == "!!int" || tag == "!!float") && len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9':
			return fmt.Errorf("line %d: %q is a number with a leading zero: quote it, or leave out the zero", node.Line, node.Value)
		}
	}
	for _, child := range node.Content {
		if err := ambiguous(child); err != nil {
			return err
		}
	}
	return nil
}
