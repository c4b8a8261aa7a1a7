package shape

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/awsidem/awsidem/pkg/text"
)

// ParseJSON parses an operation's input as --cli-input-json does. t is the SDK's type of the input. source names the text in errors, which
// begin with "parsing" and source.
func ParseJSON(t reflect.Type, source string, data []byte) (map[string]any, error) {
	v, err := text.ParseJSON(data)
	return checkInput(t, source, v, err)
}

// ParseYAML parses an operation's input as --cli-input-yaml does. t and source are as for [ParseJSON]. If YAML reads unquoted text as a number,
// a boolean or a date, the value is not a string.
func ParseYAML(t reflect.Type, source string, data []byte) (map[string]any, error) {
	var v any
	node, err := text.ParseYAML(bytes.NewReader(data))
	if node != nil {
		err = text.DecodeYAML(node, &v)
	}
	return checkInput(t, source, v, err)
}

func checkInput(t reflect.Type, source string, v any, err error) (map[string]any, error) {
	if err == nil {
		v, err = toGeneric(t, "", v, typed)
	}
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", source, err)
	}
	return v.(map[string]any), nil
}
