package shape

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/text"
)

// A ValueError reports a value that is not of the wanted kind.
type ValueError struct {
	Path string // of the value, with the indexes of lists: Tags[0].Key; "" for a value that stands alone
	Want Kind

	got string // the value, and the remedy
}

// Error returns the path, the wanted kind, and the value.
func (e *ValueError) Error() string { return e.WithoutValue() + ", got " + e.got }

// WithoutValue returns the path and the wanted kind, for a value that must not be shown.
func (e *ValueError) WithoutValue() string {
	message := fmt.Sprintf("want %v", e.Want)
	if e.Path != "" {
		message = e.Path + ": " + message
	}
	return message
}

// mismatch returns the error for a value that is not of the wanted type.
func mismatch(path string, t reflect.Type, v any, from notation) error {
	kind, message := KindOf(t), describe(v)
	switch _, list := v.([]any); {
	case kind == String && list && from == untyped:
		message += " (a value with a comma needs quotes)"
	case kind == String && isNumber(v):
		message += " (quote it)"
	case kind == Integer && isWhole(v):
		least := int64(-1) << (t.Bits() - 1)
		message += fmt.Sprintf(" (the range is %d to %d)", least, -(least + 1))
	case kind == Timestamp:
		message += " (as in 2024-01-22T10:00:00Z)"
	}
	return &ValueError{path, kind, message}
}

// isWhole reports whether v is a whole number, or the text of one.
func isWhole(v any) bool {
	digits := strings.TrimPrefix(fmt.Sprint(v), "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

func isNumber(v any) bool {
	switch v.(type) {
	case json.Number, int, int64, uint64, float64, time.Time:
		return true
	}
	return false
}

// describe returns a value as messages name it.
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

// unknownMember returns the error for a name that is not a member. The error lists the members: first the members that the user may have meant.
func unknownMember(path, name string, members []Member) error {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	where, meant := "", ""
	if path != "" {
		where = path + ": "
	}
	if near := text.Near(name, names); len(near) > 0 {
		meant = fmt.Sprintf(", did you mean %s?", strings.Join(near, " or "))
	}
	return fmt.Errorf("%sunknown member %q%s (it has %s)", where, name, meant, strings.Join(names, ", "))
}
