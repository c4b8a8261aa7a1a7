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
	if key, isTag := strings.CutPrefix(name, "tag:"); isTag {
		return func(t tagRow) []string {
			if t.key != key {
				return nil
			}
			return []string{t.value}
		}
	}
	return map[string]func(tagRow) []string{
		"key":           func(t tagRow) []string { return []string{t.key} },
		"resource-id":   func(t tagRow) []string { return []string{t.r.ID} },
		"resource-type": func(t tagRow) []string { return []string{t.r.Type} },
		"value":         func(t tagRow) []string { return []string{t.value} },
	}[name]
}

func describeTags(c *call) (*node, error) {
	filters, err := parseFilters(c.params, "Filter", tagFilter)
	if err != nil {
		return nil, err
	}
	p, err := c.page(largestPage)
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
	list := func(rows []tagRow) node {
		return listOf("tagSet", rows, func(t tagRow) []node {
			return []node{leaf("resourceId", t.r.ID), leaf("resourceType", t.r.Type), leaf("key", t.key), leaf("value", t.value)}
		})
	}
	return answerPage(p, rows, func(t tagRow) string { return t.r.cursor() + t.key }, list), nil
}
