package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// A tagRow is one tag of one resource, as DescribeTags lists them.
type tagRow struct {
	r          *resource
	key, value string
}

// tagFilter returns the function of a filter of DescribeTags; nil if the name is invalid:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
func tagFilter(name string) func(tagRow) []string {
	key, isTag := strings.CutPrefix(name, "tag:")
	switch {
	case isTag:
		return func(t tagRow) []string {
			if t.key != key {
				return nil
			}
			return []string{t.value}
		}
	case name == "key":
		return func(t tagRow) []string { return []string{t.key} }
	case name == "resource-id":
		return func(t tagRow) []string { return []string{t.r.ID} }
	case name == "resource-type":
		return func(t tagRow) []string { return []string{t.r.kind.Kind} }
	case name == "value":
		return func(t tagRow) []string { return []string{t.value} }
	}
	return nil
}

func describeTags(c *call) (*node, error) {
	filters, err := parseFilters(c.params, "Filter", tagFilter)
	if err != nil {
		return nil, err
	}
	p, err := c.pageOf(nil)
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	var rows []tagRow
	for _, r := range c.visible(func(*resource) bool { return true }) {
		for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
			if t := (tagRow{r, key, r.Tags[key]}); matches(filters, t) {
				rows = append(rows, t)
			}
		}
	}
	rows, next := cut(p, rows, func(t tagRow) string { return t.r.cursor() + t.key })
	a := answerOf(listOf("tagSet", rows, func(t tagRow) []node {
		return []node{leaf("resourceId", t.r.ID), leaf("resourceType", t.r.kind.Kind), leaf("key", t.key), leaf("value", t.value)}
	}))
	if next != "" {
		a.add(leaf("nextToken", next))
	}
	return a, nil
}
