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

func mapEach(a []any) (any, error) { return eachOf(a[1].([]any), a[0].(expref)), nil }

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

// ordered returns a function of a list and an expression. The results of the expression are the keys by which choose selects from
// the list. They must all be numbers or all be strings. Without an expression, each element is its own key.
func ordered(choose func(entries []entry) any) func(a []any) (any, error) {
	return func(a []any) (any, error) {
		items := a[0].([]any)
		keys := items
		if len(a) > 1 {
			keys = eachOf(items, a[1].(expref))
		}
		entries := make([]entry, len(items))
		for i, key := range keys {
			if kind := typeOf(key); kind != "number" && kind != "string" {
				return nil, fmt.Errorf("the expression returns a value of type %s, not a number or a string", kind)
			}
			if typeOf(key) != typeOf(keys[0]) {
				return nil, errors.New("the expression returns both numbers and strings")
			}
			entries[i] = entry{key, items[i]}
		}
		return choose(entries), nil
	}
}

// best returns a function that returns the value of the entry that pick returns, or nil if there are no entries.
func best(pick func(entries []entry, order func(a, b entry) int) entry) func(entries []entry) any {
	return func(entries []entry) any {
		if len(entries) == 0 {
			return nil
		}
		return pick(entries, byKey).value
	}
}

func sorted(entries []entry) any {
	slices.SortStableFunc(entries, byKey)
	items := make([]any, len(entries))
	for i, entry := range entries {
		items[i] = entry.value
	}
	return items
}
