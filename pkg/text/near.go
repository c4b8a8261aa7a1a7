package text

import (
	"slices"
	"strings"
)

// Near returns, sorted, the names that the user may have meant by the unknown name. These are the names that begin with it, and
// the names that differ from it by a few inserted, deleted or replaced bytes: a third of its length and one more, but no more
// than 3. Case does not count.
func Near(name string, names []string) []string {
	name = strings.ToLower(name)
	most := min(3, len(name)/3+1)
	var near []string
	for _, candidate := range names {
		lower := strings.ToLower(candidate)
		if name != "" && strings.HasPrefix(lower, name) || distance(name, lower) <= most {
			near = append(near, candidate)
		}
	}
	slices.Sort(near)
	return near
}

// distance returns the Levenshtein distance of a and b: how many bytes to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
