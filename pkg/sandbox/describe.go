package sandbox

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// describe lists the resources of a kind: all, those with the ids given, those that match the filters.
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
	found := c.shown(func(r *resource) bool {
		return r.kind == k && (len(ids) == 0 || slices.Contains(ids, r.id)) && matches(filters, r)
	})
	found, next := cut(p, found, (*resource).cursor)
	a := &answer{NextToken: next}
	k.list(a, found)
	return a, nil
}

// A page is the part of a listing that was asked for.
type page struct {
	size  int    // 0: all that is left
	after string // the cursor of the last one of the page before
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

// cursor places a resource among all of them, so that a page starts right even if others come and go in between.
func (r *resource) cursor() string { return fmt.Sprintf("%010d", r.seq) }

// cut takes a page out of a listing in the order of its cursors, and the token of the page after it.
func cut[T any](p page, all []T, cursor func(T) string) (some []T, next string) {
	from := slices.IndexFunc(all, func(t T) bool { return cursor(t) > p.after })
	if from < 0 {
		return nil, ""
	}
	some = all[from:]
	if p.size == 0 || len(some) <= p.size {
		return some, ""
	}
	some = some[:p.size]
	return some, base64.RawURLEncoding.EncodeToString([]byte(cursor(some[p.size-1])))
}
