package jmespath

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

func keys(a []any) (any, error) {
	names := []any{}
	for _, key := range slices.Sorted(maps.Keys(a[0].(map[string]any))) {
		names = append(names, key)
	}
	return names, nil
}

func memberValues(a []any) (any, error) { return valuesOf(a[0].(map[string]any)), nil }

func merge(a []any) (any, error) {
	merged := map[string]any{}
	for _, object := range a {
		maps.Copy(merged, object.(map[string]any))
	}
	return merged, nil
}

func notNull(a []any) (any, error) {
	for _, value := range a {
		if value != nil {
			return value, nil
		}
	}
	return nil, nil
}

func toArray(a []any) (any, error) {
	if items, ok := a[0].([]any); ok {
		return items, nil
	}
	return []any{a[0]}, nil
}

func join(a []any) (any, error) {
	var parts []string
	for _, item := range a[1].([]any) {
		parts = append(parts, item.(string))
	}
	return strings.Join(parts, a[0].(string)), nil
}

func mapEach(a []any) (any, error) { return eachOf(a[1].([]any), a[0].(expref).eval) }

func total(items []any) number.Number {
	n := number.Int(0)
	for _, item := range items {
		n = n.Add(numberOf(item))
	}
	return n
}

func sum(a []any) (any, error) { return total(a[0].([]any)).JSON(), nil }

func avg(a []any) (any, error) {
	items := a[0].([]any)
	if len(items) == 0 {
		return nil, nil
	}
	return total(items).Over(len(items)).JSON(), nil
}

// entry is an element of a list and the key that orders it.
type entry struct{ key, value any }

func byKey(a, b entry) int {
	order, _ := compare(a.key, b.key)
	return order
}

func byKeyDescending(a, b entry) int { return byKey(b, a) }

// keyed returns entries whose keys are the results of an expression; a is the list and the expression. It fails unless all
// keys are numbers or all are strings.
func keyed(a []any) ([]entry, error) {
	items := a[0].([]any)
	results, err := eachOf(items, a[1].(expref).eval)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, len(items))
	for i, key := range results {
		if kind := typeOf(key); kind != "number" && kind != "string" {
			return nil, fmt.Errorf("the expression returns a value of type %s, not a number or a string", kind)
		}
		if typeOf(key) != typeOf(results[0]) {
			return nil, errors.New("the expression returns both numbers and strings")
		}
		entries[i] = entry{key, items[i]}
	}
	return entries, nil
}

// best returns the value of the first entry that no other entry precedes, or nil if there are no entries.
func best(entries []entry, order func(a, b entry) int) any {
	if len(entries) == 0 {
		return nil
	}
	return slices.MinFunc(entries, order).value
}

func inOrder(entries []entry) any {
	slices.SortStableFunc(entries, byKey)
	items := make([]any, len(entries))
	for i, entry := range entries {
		items[i] = entry.value
	}
	return items
}

func sortBy(a []any) (any, error) {
	entries, err := keyed(a)
	return inOrder(entries), err
}

func maxBy(a []any) (any, error) {
	entries, err := keyed(a)
	return best(entries, byKeyDescending), err
}

func minBy(a []any) (any, error) {
	entries, err := keyed(a)
	return best(entries, byKey), err
}

// byItself returns the arguments of sort_by for those of sort: each item is its own key.
func byItself(a []any) []any { return []any{a[0], expref{identity}} }

func sorted(a []any) (any, error)   { return sortBy(byItself(a)) }
func largest(a []any) (any, error)  { return maxBy(byItself(a)) }
func smallest(a []any) (any, error) { return minBy(byItself(a)) }
