package sandbox

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// describe lists the visible resources of a kind that have one of the ids, if any are given, and match the filters.
func (c *call) describe(k *kind) (*answer, error) {
	ids := c.params.list(k.param)
	filters, err := parseFilters(c.params, k.filters(), (*resource).tagged)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 && c.params.has("MaxResults") {
		return nil, fail("InvalidParameterCombination", "The parameter %ss cannot be used with the parameter MaxResults", k.param)
	}
	p, err := c.pageOf(k.maxResults)
	if err != nil {
		return nil, err
	}
	var absent []string
	for _, id := range ids {
		if err := k.check(id); err != nil {
			return nil, err
		}
		if _, err := c.find(k, id); err != nil {
			absent = append(absent, id)
		}
	}
	if len(absent) > 0 {
		return nil, k.missing(absent...)
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	found := c.visible(func(r *resource) bool {
		return r.kind == k && (len(ids) == 0 || slices.Contains(ids, r.id)) && matches(filters, r)
	})
	found, next := cut(p, found, (*resource).cursor)
	a := &answer{NextToken: next}
	k.list(a, found)
	return a, nil
}

// A page is the part of a listing that a request asks for.
type page struct {
	size  int    // 0: no limit
	after string // cursor of the last item of the previous page
}

// smallestPage is the smallest MaxResults that EC2 takes.
const smallestPage = 5

var cursorStart = expression(`^[0-9]{10}`)

func (c *call) pageOf(largest int) (page, error) {
	size, err := c.params.number("MaxResults", smallestPage, largest)
	if err != nil {
		return page{}, err
	}
	after, err := base64.RawURLEncoding.DecodeString(c.params.get("NextToken"))
	if err != nil || len(after) > 0 && !cursorStart().Match(after) {
		return page{}, fail("InvalidPaginationToken", "")
	}
	return page{size: size, after: string(after)}, nil
}

// cursor returns the position of a resource. Creates and deletes between two pages do not change it.
func (r *resource) cursor() string { return fmt.Sprintf("%010d", r.seq) }

// cut returns a page of a listing, which is in the order of its cursors, and the token of the next page.
func cut[T any](p page, all []T, cursor func(T) string) (items []T, next string) {
	from := slices.IndexFunc(all, func(t T) bool { return cursor(t) > p.after })
	if from < 0 {
		return nil, ""
	}
	items = all[from:]
	if p.size == 0 || len(items) <= p.size {
		return items, ""
	}
	items = items[:p.size]
	return items, base64.RawURLEncoding.EncodeToString([]byte(cursor(items[p.size-1])))
}
