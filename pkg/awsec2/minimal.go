package awsec2

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/awsidem/awsidem/pkg/shape"
)

// Minimal returns the smallest input that the SDK's validation accepts. text returns the value of a string member. A number is 1, a
// boolean is true, a list has one element.
func (op Operation) Minimal(text func(member string) string) map[string]any {
	input := map[string]any{}
	index := regexp.MustCompile(`\[\d+\]`) // every list has one element
	for range 10 {                         // each round goes one structure deeper
		missing, err := op.Missing(input)
		if err != nil || len(missing) == 0 {
			break
		}
		for _, path := range missing {
			fill(input, op.Input, strings.Split(index.ReplaceAllString(path, ""), "."), text)
		}
	}
	return input
}

// fill sets the member at a path to a value of its type.
func fill(structure map[string]any, kind reflect.Type, path []string, text func(string) string) {
	f, ok := kind.FieldByName(path[0])
	if !ok {
		return
	}
	value, given := structure[path[0]]
	if !given {
		value = minimal(path[0], f.Type, text)
		structure[path[0]] = value
	}
	if len(path) == 1 {
		return
	}
	element := f.Type
	if list, many := value.([]any); many {
		value, element = list[0], f.Type.Elem()
	}
	if element.Kind() == reflect.Pointer {
		element = element.Elem()
	}
	if inner, ok := value.(map[string]any); ok {
		fill(inner, element, path[1:], text)
	}
}

// minimal returns the smallest value of a type.
func minimal(member string, kind reflect.Type, text func(string) string) any {
	switch shape.KindOf(kind) {
	case shape.Boolean:
		return true
	case shape.Integer, shape.Float:
		return float64(1)
	case shape.Timestamp:
		return "2030-01-01T00:00:00Z"
	case shape.Blob:
		return "ZXhhbXBsZQ=="
	case shape.Structure: // an empty structure would leave nothing on the wire
		for _, simplest := range []shape.Kind{shape.String, shape.Structure} {
			for _, m := range shape.Members(kind) {
				if m.Kind == simplest {
					return map[string]any{m.Name: minimal(m.Name, m.Type, text)}
				}
			}
		}
		return map[string]any{}
	case shape.Map:
		return map[string]any{}
	case shape.List:
		return []any{minimal(singular(member), kind.Elem(), text)}
	}
	return text(member)
}
