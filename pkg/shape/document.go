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
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", source, err)
	}
	return Check(t, source, v)
}

// ParseYAML parses an operation's input as --cli-input-yaml does. t and source are as for [ParseJSON]. If YAML reads unquoted text as a number,
// a boolean or a date, the value is not a string.
func ParseYAML(t reflect.Type, source string, data []byte) (map[string]any, error) {
	var v any
	node, err := text.ParseYAML(bytes.NewReader(data))
	if node != nil {
		err = text.DecodeYAML(node, &v)
	}
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", source, err)
	}
	return Check(t, source, v)
}

// Check returns v, which text.ParseJSON or text.DecodeYAML decoded, as the generic value of an operation's input. t and source are as for
// [ParseJSON].
func Check(t reflect.Type, source string, v any) (map[string]any, error) {
	v, err := toGeneric(t, "", v, typed)
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", source, err)
	}
	return v.(map[string]any), nil
}
