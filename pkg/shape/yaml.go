package shape

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseYAML reads an input as --cli-input-yaml takes it; source names it in errors. Text without quotes that reads as a
// number, a boolean or a date is one, and so no string.
func ParseYAML(t reflect.Type, source string, data []byte) (map[string]any, error) {
	v, err := readYAML(data)
	return fitInput(t, source, v, err)
}

// readYAML leaves to the library what YAML can do to a program: keys given twice, and aliases that multiply.
func readYAML(data []byte) (any, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := d.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, yamlError(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one YAML document, got more")
	}
	if err := ambiguous(&document); err != nil {
		return nil, err
	}
	var v any
	if err := document.Decode(&v); err != nil {
		return nil, yamlError(err)
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

// yamlError is the library's message in one line that quotes what it cites of the text.
func yamlError(err error) error {
	quoted := strconv.Quote(strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	return fmt.Errorf("it is not YAML: %s", strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`))
}
