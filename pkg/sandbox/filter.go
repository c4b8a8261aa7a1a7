package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// A filter matches an item that has one of the filter's values.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
type filter[T any] struct {
	values   func(T) []string
	plain    map[string]bool // values without a wildcard; a map, because there may be 200
	patterns []pattern       // values with a wildcard
}

const maxFilterValues = 200

// parseFilters returns the filters of a request. A name must be in known or be tag:KEY.
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

// matches reports whether an item matches all filters.
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

// common adds the filters that every kind has to own.
func common(own map[string]func(*resource) []string) map[string]func(*resource) []string {
	own["vpc-id"] = single(func(r *resource) string { return r.vpc.id })
	own["owner-id"] = single(func(*resource) string { return Account })
	own["tag-key"] = func(r *resource) []string { return slices.Collect(maps.Keys(r.tags)) }
	own["tag-value"] = func(r *resource) []string { return slices.Collect(maps.Values(r.tags)) }
	return own
}

// tagged returns the value that the filter tag:KEY matches.
func (r *resource) tagged(key string) []string {
	if v, ok := r.tags[key]; ok {
		return []string{v}
	}
	return nil
}

// single returns the values of a filter on one value, which may be absent.
func single(value func(*resource) string) func(*resource) []string {
	return func(r *resource) []string {
		if v := value(r); v != "" {
			return []string{v}
		}
		return nil
	}
}

// none returns the values of an EC2 filter on a member that no resource of the sandbox has.
func none(*resource) []string { return nil }

// each returns the non-empty values of one field of all items.
func each[T any](items set[T], field func(T) string) []string {
	var out []string
	for _, item := range items.Items {
		if v := field(item); v != "" {
			out = append(out, v)
		}
	}
	return out
}
