package number

import (
	"encoding/json"
	"fmt"
	"math"
)

// Normalize copies a value so that each number in it is a json.Number in Python's notation, except that a whole float
// of Go's loses its fraction: it was decoded from an integer. What is no value (a struct, a NaN) is an error.
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
	n, ok := Of(value)
	if written, isNumber := value.(json.Number); isNumber && !ok {
		return nil, fmt.Errorf("the number %s is out of range", written)
	}
	if !ok || math.IsNaN(n.float) || math.IsInf(n.float, 0) {
		return nil, fmt.Errorf("%v of type %T is not a value", value, value)
	}
	if _, written := value.(json.Number); !written && n.float == math.Trunc(n.float) {
		n = n.Round(math.Trunc)
	}
	return n.JSON(), nil
}
