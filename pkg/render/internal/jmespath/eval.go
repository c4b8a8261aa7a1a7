package jmespath

import (
	"maps"
	"slices"
)

// evaluator is a compiled part of an expression. It returns the result for the current value.
type evaluator func(s *search, value any) any

// search is one evaluation of an expression. After the first error, no function is called, and the result has no meaning.
type search struct{ err error }

type member struct {
	name string
	eval evaluator
}

// expref is the value of &expression, which only functions accept. It evaluates the expression for a value.
type expref func(value any) any

// reference returns an evaluator whose result is a reference to an expression.
func reference(expression evaluator) evaluator {
	return func(s *search, _ any) any { return bind(s, expression) }
}

func bind(s *search, expression evaluator) expref {
	return func(value any) any { return expression(s, value) }
}

func identity(_ *search, value any) any { return value }

func literal(value any) evaluator {
	return func(*search, any) any { return value }
}

func field(name string) evaluator {
	return func(_ *search, value any) any {
		object, _ := value.(map[string]any)
		return object[name]
	}
}

func element(i int) evaluator {
	return onList(func(_ *search, items []any) any {
		at := i
		if at < 0 {
			at += len(items)
		}
		if at < 0 || at >= len(items) {
			return nil
		}
		return items[at]
	})
}

// slice selects part of a list as Python does: a bound outside of the list means the nearer end.
func slice(bounds [3]*int) evaluator {
	return onList(func(_ *search, items []any) any {
		step, low, high := 1, 0, len(items)
		if bounds[2] != nil {
			step = max(-high-1, min(*bounds[2], high+1)) // the same result, and start+step can't overflow
		}
		first, last := low, high
		if step < 0 {
			low, high = -1, len(items)-1
			first, last = high, low
		}
		clamp := func(bound *int, missing int) int {
			if bound == nil {
				return missing
			}
			at := *bound
			if at < 0 {
				at += len(items)
			}
			return max(low, min(at, high))
		}
		start, stop := clamp(bounds[0], first), clamp(bounds[1], last)
		cut := []any{}
		for at := start; step > 0 && at < stop || step < 0 && at > stop; at += step {
			cut = append(cut, items[at])
		}
		return cut
	})
}

func chain(left, right evaluator) evaluator {
	return func(s *search, value any) any { return right(s, left(s, value)) }
}

func or(left, right evaluator) evaluator {
	return func(s *search, value any) any {
		if result := left(s, value); !IsFalse(result) {
			return result
		}
		return right(s, value)
	}
}

func and(left, right evaluator) evaluator {
	return func(s *search, value any) any {
		if result := left(s, value); IsFalse(result) {
			return result
		}
		return right(s, value)
	}
}

func not(operand evaluator) evaluator {
	return func(s *search, value any) any { return IsFalse(operand(s, value)) }
}

// onList returns an evaluator that applies f to a list. The result for any other value is null.
func onList(f func(s *search, items []any) any) evaluator {
	return func(s *search, value any) any {
		if items, ok := value.([]any); ok {
			return f(s, items)
		}
		return nil
	}
}

// values lists the values of an object in the order of their keys. The result for any other value is null.
func values(_ *search, value any) any {
	if object, ok := value.(map[string]any); ok {
		return valuesOf(object)
	}
	return nil
}

func valuesOf(object map[string]any) []any {
	items := make([]any, 0, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		items = append(items, object[key])
	}
	return items
}

func flatten() evaluator {
	return onList(func(_ *search, items []any) any {
		flat := []any{}
		for _, item := range items {
			if inner, ok := item.([]any); ok {
				flat = append(flat, inner...)
			} else {
				flat = append(flat, item)
			}
		}
		return flat
	})
}

// matching keeps the elements for which the condition is true.
func matching(condition evaluator) evaluator {
	return onList(func(s *search, items []any) any {
		kept := append([]any{}, items...)
		return slices.DeleteFunc(kept, func(item any) bool { return IsFalse(condition(s, item)) })
	})
}

// project applies an expression to each element, and drops results that are null.
func project(elements, each evaluator) evaluator {
	return chain(elements, onList(func(s *search, items []any) any {
		return slices.DeleteFunc(eachOf(items, bind(s, each)), func(result any) bool { return result == nil })
	}))
}

func eachOf(items []any, each expref) []any {
	results := make([]any, len(items))
	for i, item := range items {
		results[i] = each(item)
	}
	return results
}

func listOf(items []evaluator) evaluator {
	return func(s *search, value any) any {
		if value == nil {
			return nil
		}
		return evaluateAll(s, items, value)
	}
}

func evaluateAll(s *search, evaluators []evaluator, value any) []any {
	results := make([]any, len(evaluators))
	for i, evaluate := range evaluators {
		results[i] = evaluate(s, value)
	}
	return results
}

func objectOf(members []member) evaluator {
	return func(s *search, value any) any {
		if value == nil {
			return nil
		}
		object := make(map[string]any, len(members))
		for _, m := range members {
			object[m.name] = m.eval(s, value)
		}
		return object
	}
}
