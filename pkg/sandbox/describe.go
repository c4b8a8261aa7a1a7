package sandbox

import (
	"cmp"
	"slices"
	"strings"
)

// describe lists the visible resources of a kind that have one of the ids, if any are given, and match the filters.
func (c *call) describe(k *kind) (*node, error) {
	ids := c.params.values(k.IDs)
	filters, err := c.resourceFilters(k)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 && c.params.has("MaxResults") {
		return nil, fail("InvalidParameterCombination", "The parameter %ss cannot be used with the parameter MaxResults", k.IDs)
	}
	p, err := c.page(cmp.Or(k.rules.maxResults, largestPage))
	if err != nil {
		return nil, err
	}
	if err := c.exist(k, ids); err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	found := c.visible(func(r *resource) bool {
		return r.kind == k && (len(ids) == 0 || slices.Contains(ids, r.ID)) && c.isParent(r) && matches(filters, r)
	})
	return answerPage(p, found, (*resource).cursor, func(rs []*resource) node { return c.list(k, rs) }), nil
}

// exist returns an error if one of the ids is malformed or not visible.
func (c *call) exist(k *kind, ids []string) error {
	var absent []string
	for _, id := range ids {
		if err := k.check(id); err != nil {
			return err
		}
		if _, err := c.find(k, id); err != nil {
			absent = append(absent, id)
		}
	}
	if len(absent) > 0 {
		return k.missing(absent...)
	}
	return nil
}

// isParent reports whether the resource has the parents that the request names.
func (c *call) isParent(r *resource) bool {
	for parent := range strings.FieldsSeq(r.kind.DescribeRequires) {
		if r.params.get(parent) != c.params.get(parent) {
			return false
		}
	}
	return true
}

// list returns the list of a Describe answer. A list of lists has one item per create.
func (c *call) list(k *kind, rs []*resource) node {
	outer, inner, nested := strings.Cut(k.List, ".")
	item := func(r *resource) []node { return r.inDescribe(c.now).nodes }
	if !nested {
		return listOf(outer, rs, item)
	}
	groups := slices.CompactFunc(slices.Clone(rs), func(a, b *resource) bool { return a.group == b.group })
	return listOf(outer, groups, func(first *resource) []node {
		var group []*resource
		for _, r := range rs {
			if r.group == first.group {
				group = append(group, r)
			}
		}
		return append(reservation(first), listOf(inner, group, item))
	})
}
