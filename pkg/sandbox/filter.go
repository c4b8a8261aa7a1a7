package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// A filter keeps what has one of its values; several filters all have to keep it.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
type filter[T any] struct {
	values   func(T) []string
	plain    map[string]bool // the values without a wildcard: a client may give 200 of them
	patterns []pattern       // the others
}

const maxFilterValues = 200

// parseFilters reads the filters of a describe, whose names are known, or tag:KEY.
func parseFilters[T any](p params, known map[string]func(T) []string, tagged func(T, string) []string) ([]filter[T], error) {
	var out []filter[T]
	total := 0
	for _, entry := range p.entries("Filter") {
		name := p.get(entry + ".Name")
		f := filter[T]{values: known[name], plain: map[string]bool{}}
		if key, ok := strings.CutPrefix(name, "tag:"); ok {
			f.values = func(t T) []string { return tagged(t, key) }
		}
		if f.values == nil {
			return nil, fail("InvalidParameterValue", "The filter '%s' is invalid", name)
		}
		values := p.list(entry + ".Value")
		if len(values) == 0 {
			return nil, fail("InvalidParameterValue", "The filter '%s' has no values", name)
		}
		for _, v := range values {
			if strings.ContainsAny(v, `*?\`) {
				f.patterns = append(f.patterns, compile(v))
			} else {
				f.plain[v] = true
			}
		}
		if total += len(values); total > maxFilterValues {
			return nil, fail("FilterLimitExceeded", "")
		}
		out = append(out, f)
	}
	return out, nil
}

// matches says whether all filters keep an item.
func matches[T any](filters []filter[T], item T) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(f.values(item), f.match) {
			return false
		}
	}
	return true
}

func (f filter[T]) match(value string) bool {
	return f.plain[value] || slices.ContainsFunc(f.patterns, func(p pattern) bool { return p.match(value) })
}

// common adds the filters that every kind has.
func common(own map[string]func(*resource) []string) map[string]func(*resource) []string {
	own["vpc-id"] = of(func(r *resource) string { return r.vpc.id })
	own["owner-id"] = of(func(*resource) string { return Account })
	own["tag-key"] = func(r *resource) []string { return slices.Collect(maps.Keys(r.tags)) }
	own["tag-value"] = func(r *resource) []string { return slices.Collect(maps.Values(r.tags)) }
	return own
}

// tagged is the filter tag:KEY.
func (r *resource) tagged(key string) []string {
	if v, ok := r.tags[key]; ok {
		return []string{v}
	}
	return nil
}

// of is a filter on one value, which may be absent.
func of(value func(*resource) string) func(*resource) []string {
	return func(r *resource) []string {
		if v := value(r); v != "" {
			return []string{v}
		}
		return nil
	}
}

// nothing is a filter that EC2 knows, on something that no resource of the sandbox has.
func nothing(*resource) []string { return nil }

// each is one field of all items, where they have it.
func each[T any](items set[T], field func(T) string) []string {
	var out []string
	for _, item := range items.Items {
		if v := field(item); v != "" {
			out = append(out, v)
		}
	}
	return out
}
