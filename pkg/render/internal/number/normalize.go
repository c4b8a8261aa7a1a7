package number

import (
	"encoding/json"
	"fmt"
)

// Normalize returns a deep copy of value in which each number is a json.Number in Python's notation. Its error names the
// first part of value that has no JSON form, such as a struct, a NaN or the literal 1e999.
func Normalize(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string:
		return v, nil
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = Normalize(item); err != nil {
				return nil, err
			}
		}
		return items, nil
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, item := range v {
			var err error
			if object[key], err = Normalize(item); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	if n, ok := Of(value); ok {
		return n.JSON(), nil
	}
	if literal, ok := value.(json.Number); ok {
		return nil, fmt.Errorf("the number %s is out of range", literal)
	}
	return nil, fmt.Errorf("%v of type %T has no JSON form", value, value)
}
