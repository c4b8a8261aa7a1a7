package jmespath

import (
	"cmp"
	"maps"
	"slices"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// IsFalse reports whether a condition counts value as false: null, false, and an empty string, list or object. Zero is true.
func IsFalse(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case expref:
		return "expression"
	}
	if _, ok := number.Of(value); ok {
		return "number"
	}
	return "unknown"
}

func equal(a, b any) bool {
	if order, ok := compare(a, b); ok {
		return order == 0
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case nil, bool:
		return a == b
	}
	return false
}

// compare returns the order of two numbers or two strings; ok is false for other values. The specification orders numbers only,
// the reference implementation strings too.
func compare(a, b any) (order int, ok bool) {
	if a, ok := a.(string); ok {
		b, ok := b.(string)
		return cmp.Compare(a, b), ok
	}
	x, ok := number.Of(a)
	y, ok2 := number.Of(b)
	return x.Compare(y), ok && ok2
}

func comparison(operator kind, left, right evaluator) evaluator {
	return func(s *search, value any) any {
		a, b := left(s, value), right(s, value)
		switch operator {
		case "==":
			return equal(a, b)
		case "!=":
			return !equal(a, b)
		}
		order, ok := compare(a, b)
		if !ok {
			return nil
		}
		switch operator {
		case "<":
			return order < 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		}
		return order >= 0
	}
}

func containsReference(value any) bool {
	switch v := value.(type) {
	case expref:
		return true
	case []any:
		return slices.ContainsFunc(v, containsReference)
	case map[string]any:
		return slices.ContainsFunc(valuesOf(v), containsReference)
	}
	return false
}
