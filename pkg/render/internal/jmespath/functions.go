package jmespath

import (
	"fmt"
	"slices"
	"strings"
)

// function is a built-in function. A parameter is the types that it accepts, separated by |, or "" for any type.
type function struct {
	call       func(arguments []any) (any, error)
	parameters []string
	variadic   bool // the last parameter may be repeated
}

// builtins returns the functions by name. They are not a package variable, so that a program without a query does not build them.
func builtins() map[string]function {
	return map[string]function{
		"abs":         {abs, []string{"number"}, false},
		"avg":         {avg, []string{"array-number"}, false},
		"ceil":        {ceil, []string{"number"}, false},
		"contains":    {contains, []string{"array|string", ""}, false},
		"ends_with":   {endsWith, []string{"string", "string"}, false},
		"floor":       {floor, []string{"number"}, false},
		"join":        {join, []string{"string", "array-string"}, false},
		"keys":        {keys, []string{"object"}, false},
		"length":      {length, []string{"string|array|object"}, false},
		"map":         {mapEach, []string{"expression", "array"}, false},
		"max":         {ordered(best(slices.MaxFunc)), []string{"array-number|array-string"}, false},
		"max_by":      {ordered(best(slices.MaxFunc)), []string{"array", "expression"}, false},
		"merge":       {merge, []string{"object"}, true},
		"min":         {ordered(best(slices.MinFunc)), []string{"array-number|array-string"}, false},
		"min_by":      {ordered(best(slices.MinFunc)), []string{"array", "expression"}, false},
		"not_null":    {notNull, []string{""}, true},
		"reverse":     {reverse, []string{"array|string"}, false},
		"sort":        {ordered(sorted), []string{"array-string|array-number"}, false},
		"sort_by":     {ordered(sorted), []string{"array", "expression"}, false},
		"starts_with": {startsWith, []string{"string", "string"}, false},
		"sum":         {sum, []string{"array-number"}, false},
		"to_array":    {toArray, []string{""}, false},
		"to_number":   {toNumber, []string{""}, false},
		"to_string":   {toString, []string{""}, false},
		"type":        {typeName, []string{""}, false},
		"values":      {memberValues, []string{"object"}, false},
	}
}

// lookup returns the function called name. It fails if the function does not take that number of arguments.
func lookup(name string, arguments int) (function, error) {
	f, ok := builtins()[name]
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

// invoke returns an evaluator that evaluates the arguments, checks their types and calls the function.
func invoke(name string, f function, arguments []evaluator) evaluator {
	return func(s *search, value any) any {
		results := evaluateAll(s, arguments, value)
		for i, result := range results {
			wanted := f.parameters[min(i, len(f.parameters)-1)]
			if s.err == nil && wanted != "" && !accepts(wanted, result) {
				s.err = fmt.Errorf("%s(): argument %d is of type %s, not %s", name, i+1, typeOf(result), wanted)
			}
		}
		if s.err != nil {
			return nil
		}
		result, err := f.call(results)
		if s.err != nil { // a reference among the arguments failed
			err = s.err
		}
		if err != nil {
			s.err = fmt.Errorf("%s(): %w", name, err)
		}
		return result
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
