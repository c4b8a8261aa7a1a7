package jmespath

import (
	"maps"
	"slices"
)

// evaluator is a compiled part of an expression. It returns the result for the current value.
type evaluator func(value any) (any, error)

type member struct {
	name string
	eval evaluator
}

// expref is the value of &expression, which only functions accept.
type expref struct{ eval evaluator }

func identity(value any) (any, error) { return value, nil }

func literal(value any) evaluator {
	return func(any) (any, error) { return value, nil }
}

func reference(operand evaluator) evaluator { return literal(expref{operand}) }

func field(name string) evaluator {
	return func(value any) (any, error) {
		object, _ := value.(map[string]any)
		return object[name], nil
	}
}

func element(i int) evaluator {
	return func(value any) (any, error) {
		items, _ := value.([]any)
		at := i
		if at < 0 {
			at += len(items)
		}
		if at < 0 || at >= len(items) {
			return nil, nil
		}
		return items[at], nil
	}
}

// slice selects part of a list as Python does: a bound outside of the list means the nearer end.
func slice(bounds [3]*int) evaluator {
	return func(value any) (any, error) {
		items, ok := value.([]any)
		if !ok {
			return nil, nil
		}
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
		return cut, nil
	}
}

func chain(left, right evaluator) evaluator {
	return func(value any) (any, error) {
		middle, err := left(value)
		if err != nil {
			return nil, err
		}
		return right(middle)
	}
}

func or(left, right evaluator) evaluator {
	return func(value any) (any, error) {
		result, err := left(value)
		if err != nil || !IsFalse(result) {
			return result, err
		}
		return right(value)
	}
}

func and(left, right evaluator) evaluator {
	return func(value any) (any, error) {
		result, err := left(value)
		if err != nil || IsFalse(result) {
			return result, err
		}
		return right(value)
	}
}

func not(operand evaluator) evaluator {
	return chain(operand, func(value any) (any, error) { return IsFalse(value), nil })
}

// list returns the value if it is a list, else null. Null ends a projection.
func list(of evaluator) evaluator {
	return onList(of, func(items []any) (any, error) { return items, nil })
}

// onList applies f to the result of an operand, if that is a list. Any other result becomes null.
func onList(operand evaluator, f func(items []any) (any, error)) evaluator {
	return chain(operand, func(value any) (any, error) {
		if items, ok := value.([]any); ok {
			return f(items)
		}
		return nil, nil
	})
}

// values lists the values of an object in the order of their keys. Any other value becomes null.
func values(of evaluator) evaluator {
	return chain(of, func(value any) (any, error) {
		if object, ok := value.(map[string]any); ok {
			return valuesOf(object), nil
		}
		return nil, nil
	})
}

func valuesOf(object map[string]any) []any {
	items := make([]any, 0, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		items = append(items, object[key])
	}
	return items
}

func flatten(of evaluator) evaluator {
	return onList(of, func(items []any) (any, error) {
		flat := []any{}
		for _, item := range items {
			if inner, ok := item.([]any); ok {
				flat = append(flat, inner...)
			} else {
				flat = append(flat, item)
			}
		}
		return flat, nil
	})
}

// matching keeps the elements for which the condition is true.
func matching(of, condition evaluator) evaluator {
	return onList(of, func(items []any) (any, error) {
		kept := []any{}
		for _, item := range items {
			result, err := condition(item)
			if err != nil {
				return nil, err
			}
			if !IsFalse(result) {
				kept = append(kept, item)
			}
		}
		return kept, nil
	})
}

// project applies an expression to each element, and drops results that are null.
func project(elements, each evaluator) evaluator {
	return onList(elements, func(items []any) (any, error) {
		results, err := eachOf(items, each)
		return slices.DeleteFunc(results, func(result any) bool { return result == nil }), err
	})
}

func eachOf(items []any, each evaluator) ([]any, error) {
	results := make([]any, len(items))
	for i, item := range items {
		var err error
		if results[i], err = each(item); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func listOf(items []evaluator) evaluator {
	return func(value any) (any, error) {
		if value == nil {
			return nil, nil
		}
		return evaluateAll(items, value)
	}
}

func evaluateAll(evaluators []evaluator, value any) ([]any, error) {
	results := make([]any, len(evaluators))
	for i, evaluate := range evaluators {
		var err error
		if results[i], err = evaluate(value); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func objectOf(members []member) evaluator {
	return func(value any) (any, error) {
		if value == nil {
			return nil, nil
		}
		object := make(map[string]any, len(members))
		for _, m := range members {
			result, err := m.eval(value)
			if err != nil {
				return nil, err
			}
			object[m.name] = result
		}
		return object, nil
	}
}
