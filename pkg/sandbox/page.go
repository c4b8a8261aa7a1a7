package sandbox

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// A page is the part of a listing that a request asks for.
type page struct {
	size  int    // 0: no limit
	after string // cursor of the last item of the previous page
}

// The limits of MaxResults. EC2 allows a smaller page for some actions.
const (
	smallestPage = 5
	largestPage  = 1000
)

var cursorStart = expression(`^[0-9]{10}`)

// page returns the page that a Describe request asks for, of at most largest items.
func (c *call) page(largest int) (page, error) {
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

// answerPage returns a page of a listing, which is in the order of its cursors, and the token of the next page.
func answerPage[T any](p page, all []T, cursor func(T) string, list func([]T) node) *node {
	from := slices.IndexFunc(all, func(t T) bool { return cursor(t) > p.after })
	if from < 0 {
		return answerOf(list(nil))
	}
	items := all[from:]
	if p.size == 0 || len(items) <= p.size {
		return answerOf(list(items))
	}
	items = items[:p.size]
	return answerOf(list(items), leaf("nextToken", base64.RawURLEncoding.EncodeToString([]byte(cursor(items[p.size-1])))))
}
