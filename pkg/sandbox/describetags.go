package sandbox

import "slices"

// A tagRow is one tag of one resource, as DescribeTags lists them.
type tagRow struct {
	ResourceID   string `xml:"resourceId"`
	ResourceType string `xml:"resourceType"`
	Key          string `xml:"key"`
	Value        string `xml:"value"`

	cursor string
}

// tagFilters are the filters of DescribeTags, each on one field of a tag:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
var tagFilters = map[string]func(tagRow) []string{
	"key":           func(t tagRow) []string { return []string{t.Key} },
	"resource-id":   func(t tagRow) []string { return []string{t.ResourceID} },
	"resource-type": func(t tagRow) []string { return []string{t.ResourceType} },
	"value":         func(t tagRow) []string { return []string{t.Value} },
}

// tagged returns the value that the filter tag:KEY matches.
func (t tagRow) tagged(key string) []string {
	if t.Key != key {
		return nil
	}
	return []string{t.Value}
}

const maxTagRows = 1000

func describeTags(c *call) (*answer, error) {
	filters, err := parseFilters(c.params, tagFilters, tagRow.tagged)
	if err != nil {
		return nil, err
	}
	p, err := c.pageOf(maxTagRows)
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	var rows []tagRow
	for _, r := range c.visible(func(*resource) bool { return true }) {
		for _, t := range tagSet(r).Items {
			rows = append(rows, tagRow{r.id, r.kind.name, t.Key, t.Value, r.cursor() + t.Key})
		}
	}
	rows = slices.DeleteFunc(rows, func(t tagRow) bool { return !matches(filters, t) })
	rows, next := cut(p, rows, func(t tagRow) string { return t.cursor })
	return &answer{TagSet: &set[tagRow]{rows}, NextToken: next}, nil
}
