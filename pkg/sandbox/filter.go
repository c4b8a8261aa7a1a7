package sandbox

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A filter matches an item that has one of the filter's values.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
type filter[T any] struct {
	values   func(T) []string
	plain    map[string]bool  // values without a wildcard; a map, because there may be 200
	patterns []*regexp.Regexp // values with a wildcard
}

const maxFilterValues = 200

// parseFilters returns the filters of a list parameter. values returns the function that returns an item's values for a filter; nil if the
// filter's name is invalid.
func parseFilters[T any](p params, list string, values func(name string) func(T) []string) ([]filter[T], error) {
	var out []filter[T]
	total := 0
	for _, entry := range p.entries(list) {
		name := p.get(entry + ".Name")
		f := filter[T]{values: values(name), plain: map[string]bool{}}
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
	return f.plain[value] || slices.ContainsFunc(f.patterns, func(p *regexp.Regexp) bool { return p.MatchString(value) })
}

// resourceFilters returns the filters of a Describe request.
func (c *call) resourceFilters(k *kind) ([]filter[*resource], error) {
	list := "Filter"
	for _, m := range k.DescribeTakes {
		if m.shape == "Filter" {
			list = m.param
		}
	}
	return parseFilters(c.params, list, func(name string) func(*resource) []string { return c.filterValues(k, name) })
}

// filterValues returns the function of a filter; nil if the name is invalid. If AWS documents the names of a kind's
// filters, the valid names are the documented names, tag-value and the names in the kind's rules. Otherwise every name is valid.
func (c *call) filterValues(k *kind, name string) func(*resource) []string {
	documented := strings.Fields(k.Filters)
	_, hasRule := k.rules.filters[name]
	key, isTag := strings.CutPrefix(name, "tag:")
	switch {
	case len(documented) == 0, hasRule, slices.Contains(documented, name):
	case !isTag && name != "tag-value", !slices.ContainsFunc(documented, func(d string) bool { return strings.HasPrefix(d, "tag") }):
		return nil
	}
	switch {
	case isTag:
		return func(r *resource) []string {
			if v, ok := r.Tags[key]; ok {
				return []string{v}
			}
			return nil
		}
	case name == "tag-key":
		return func(r *resource) []string { return slices.Collect(maps.Keys(r.Tags)) }
	case name == "tag-value":
		return func(r *resource) []string { return slices.Collect(maps.Values(r.Tags)) }
	}
	return func(r *resource) []string { return r.filtered(name, c) }
}

// filtered returns the values of a filter that names an element of the resource: subnet-id is subnetId.
func (r *resource) filtered(name string, c *call) []string {
	if name == "vpc-id" && r.vpc != nil {
		return []string{r.vpc.ID} // faster than the general way, because clients use this filter often
	}
	n := r.inDescribe(c.now)
	values := n.values(cmp.Or(r.kind.rules.filters[name], camel(name)))
	if values == nil && slices.Contains([]string{"state", "status", "instance-state-name", "vpc-endpoint-state"}, name) {
		return []string{r.state(c.now)}
	}
	return values
}

// camel returns the element that a filter is named after.
func camel(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}
