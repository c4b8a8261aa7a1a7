package jmespath

import (
	"fmt"
	"slices"
	"strings"
)

// function is a built-in one. Each parameter names the types that it takes, separated by |, or is empty for any.
type function struct {
	parameters []string
	variadic   bool // the last parameter may be repeated
	call       func(arguments []any) (any, error)
}

// builtin is a switch and not a table, so that nothing is built when a program starts.
func builtin(name string) (f function, ok bool) {
	fixed := func(call func([]any) (any, error), parameters ...string) (function, bool) {
		return function{parameters, false, call}, true
	}
	variadic := func(call func([]any) (any, error), parameter string) (function, bool) {
		return function{[]string{parameter}, true, call}, true
	}
	switch name {
	case "abs":
		return fixed(abs, "number")
	case "avg":
		return fixed(avg, "array-number")
	case "ceil":
		return fixed(ceil, "number")
	case "contains":
		return fixed(contains, "array|string", "")
	case "ends_with":
		return fixed(endsWith, "string", "string")
	case "floor":
		return fixed(floor, "number")
	case "join":
		return fixed(join, "string", "array-string")
	case "keys":
		return fixed(keys, "object")
	case "length":
		return fixed(length, "string|array|object")
	case "map":
		return fixed(mapEach, "expression", "array")
	case "max":
		return fixed(largest, "array-number|array-string")
	case "max_by":
		return fixed(maxBy, "array", "expression")
	case "merge":
		return variadic(merge, "object")
	case "min":
		return fixed(smallest, "array-number|array-string")
	case "min_by":
		return fixed(minBy, "array", "expression")
	case "not_null":
		return variadic(notNull, "")
	case "reverse":
		return fixed(reverse, "array|string")
	case "sort":
		return fixed(sorted, "array-string|array-number")
	case "sort_by":
		return fixed(sortBy, "array", "expression")
	case "starts_with":
		return fixed(startsWith, "string", "string")
	case "sum":
		return fixed(sum, "array-number")
	case "to_array":
		return fixed(toArray, "")
	case "to_number":
		return fixed(toNumber, "")
	case "to_string":
		return fixed(toString, "")
	case "type":
		return fixed(func(a []any) (any, error) { return typeOf(a[0]), nil }, "")
	case "values":
		return fixed(func(a []any) (any, error) { return valuesOf(a[0].(map[string]any)), nil }, "object")
	}
	return function{}, false
}

// lookup finds a function that takes so many arguments.
func lookup(name string, arguments int) (function, error) {
	f, ok := builtin(name)
	switch wanted := len(f.parameters); {
	case !ok:
		return f, fmt.Errorf("there is no function %s()", name)
	case f.variadic && arguments < wanted:
		return f, fmt.Errorf("%s() takes at least %d argument(s), not %d", name, wanted, arguments)
	case !f.variadic && arguments != wanted:
		return f, fmt.Errorf("%s() takes %d argument(s), not %d", name, wanted, arguments)
	}
	return f, nil
}

// invoke evaluates the arguments, checks their types and calls the function.
func invoke(name string, f function, arguments []evaluator) evaluator {
	return func(value any) (any, error) {
		results, err := evaluateAll(arguments, value)
		if err != nil {
			return nil, err
		}
		for i, result := range results {
			wanted := f.parameters[min(i, len(f.parameters)-1)]
			if wanted != "" && !accepts(wanted, result) {
				return nil, fmt.Errorf("%s(): argument %d is of type %s, not %s", name, i+1, typeOf(result), wanted)
			}
		}
		result, err := f.call(results)
		if err != nil {
			return nil, fmt.Errorf("%s(): %w", name, err)
		}
		return result, nil
	}
}

func accepts(wanted string, value any) bool {
	for _, alternative := range strings.Split(wanted, "|") {
		array, elements, typed := strings.Cut(alternative, "-")
		if typeOf(value) != array {
			continue
		}
		if !typed || !slices.ContainsFunc(value.([]any), func(item any) bool { return typeOf(item) != elements }) {
			return true
		}
	}
	return false
}
