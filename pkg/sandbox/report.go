package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Report counts the requests to a sandbox and their effects.
type Report struct {
	Calls      map[string]int // requests by action, including failed and throttled ones
	Faults     map[string]int // faults injected, by kind; 0 for a configured kind that never fired
	Created    map[string]int // resources created by clients, by type
	Deleted    map[string]int // resources deleted by clients, by type
	Replayed   int            // creates whose token had created the resource before
	Mismatches int            // creates refused with IdempotentParameterMismatch
	Throttled  int            // requests refused by Config.Bucket
}

func (r Report) clone() Report {
	r.Calls, r.Faults = maps.Clone(r.Calls), maps.Clone(r.Faults)
	r.Created, r.Deleted = maps.Clone(r.Created), maps.Clone(r.Deleted)
	return r
}

// String returns the report as text, with one line per count. A count of 0 has a line, too.
func (r Report) String() string {
	lines := []string{
		tally(r.Calls, "call", "calls", plain),
		tally(r.Faults, "fault given", "faults given", plain),
		tally(r.Created, "resource made", "resources made", typeName),
		tally(r.Deleted, "resource deleted", "resources deleted", typeName),
		count(r.Replayed, "token replayed", "tokens replayed"),
		count(r.Mismatches, "mismatch", "mismatches"),
		count(r.Throttled, "call throttled by the bucket", "calls throttled by the bucket"),
	}
	return strings.Join(lines, "\n") + "\n"
}

func count(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "1 " + one
	default:
		return fmt.Sprint(n, " ", many)
	}
}

// tally returns a total and its parts.
func tally(counts map[string]int, one, many string, name func(string, int) string) string {
	total := 0
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		total += counts[key]
		parts = append(parts, fmt.Sprint(counts[key], " ", name(key, counts[key])))
	}
	if len(parts) == 0 {
		return count(0, one, many)
	}
	return count(total, one, many) + ": " + strings.Join(parts, ", ")
}

func plain(name string, _ int) string { return name }

// typeName returns a resource type in words: "route tables" for route-table.
func typeName(name string, n int) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		if w == "acl" || w == "vpc" {
			words[i] = strings.ToUpper(w)
		}
	}
	if n != 1 {
		words[len(words)-1] += "s"
	}
	return strings.Join(words, " ")
}
