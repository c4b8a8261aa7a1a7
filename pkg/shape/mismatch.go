package shape

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// mismatch says that a value is not of the kind that its place has.
func mismatch(path string, kind Kind, v any, from notation) error {
	message := fmt.Sprintf("want %v, got %s", kind, describe(v))
	if path != "" {
		message = path + ": " + message
	}
	switch _, list := v.([]any); {
	case kind == String && list && from == shorthand:
		message += " (a value with a comma needs quotes)"
	case kind == String && isNumber(v):
		message += " (quote it)"
	case kind == Timestamp:
		message += " (as in 2024-01-22T10:00:00Z)"
	}
	return errors.New(message)
}

func isNumber(v any) bool {
	switch v.(type) {
	case json.Number, int, int64, uint64, float64, time.Time:
		return true
	}
	return false
}

// describe names a value in a message.
func describe(v any) string {
	const limit = 40
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if r := []rune(v); len(r) > limit {
			return fmt.Sprintf("the string %q...", string(r[:limit]))
		}
		return fmt.Sprintf("the string %q", v)
	case bool:
		return fmt.Sprintf("the boolean %v", v)
	case []byte:
		return "bytes (fileb://)"
	case time.Time:
		return "the timestamp " + formatTime(v)
	case []any:
		return "a list"
	case map[string]any:
		return "a structure"
	case map[any]any:
		return "a mapping with keys that are not text"
	}
	if isNumber(v) {
		return fmt.Sprintf("the number %v", v)
	}
	return fmt.Sprintf("a %T", v)
}

// unknownMember says that a structure has no such member, which ones it has, and which one was probably meant.
func unknownMember(path, name string, members []Member) error {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	where, meant := "", ""
	if path != "" {
		where = path + ": "
	}
	if near := nearest(name, names); near != "" {
		meant = fmt.Sprintf(", did you mean %s?", near)
	}
	return fmt.Errorf("%sunknown member %q%s (it has %s)", where, name, meant, strings.Join(names, ", "))
}

// nearest gives the name that a misspelt one was probably meant to be, or "".
func nearest(name string, names []string) string {
	best, within := "", len(name)/3+1
	for _, candidate := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate), within); d < within || d == within && best == "" {
			best, within = candidate, d
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace to make b out of a, and gives up above the limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
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
