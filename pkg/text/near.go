package text

import (
	"slices"
	"strings"
)

// Near returns those of names that name may be a misspelling of, sorted: names that begin with it, and names that differ from it
// by at most 3 insertions, deletions and replacements of a byte, and by at most one more than a third of its length. Case does
// not count.
func Near(name string, names []string) []string {
	name = strings.ToLower(name)
	most := min(3, len(name)/3+1)
	var near []string
	for _, candidate := range names {
		lower := strings.ToLower(candidate)
		if strings.HasPrefix(lower, name) || distance(name, lower) <= most {
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
