package render

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

func writeJSON(out *bytes.Buffer, value any) error {
	if isEmptyObject(value) {
		return nil
	}
	if err := indentJSON(out, value, "\n"); err != nil {
		return err
	}
	out.WriteByte('\n')
	return nil
}

// indentJSON writes a normalized value as an indenting json.Encoder does, in a third of its time: a list of the journal can be
// long. indent is a line's end and what the next line begins with.
func indentJSON(out *bytes.Buffer, value any, indent string) error {
	switch v := value.(type) {
	case string:
		return quoteJSON(out, v)
	case []any:
		return bracketJSON(out, "[]", len(v), indent, func(i int, indent string) error { return indentJSON(out, v[i], indent) })
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		return bracketJSON(out, "{}", len(v), indent, func(i int, indent string) error {
			if err := quoteJSON(out, keys[i]); err != nil {
				return err
			}
			out.WriteString(": ")
			return indentJSON(out, v[keys[i]], indent)
		})
	}
	data, err := json.Marshal(value)
	out.Write(data)
	return err
}

// bracketJSON writes n items in brackets, each on a line of its own.
func bracketJSON(out *bytes.Buffer, brackets string, n int, indent string, item func(i int, indent string) error) error {
	out.WriteByte(brackets[0])
	inner := indent + "    "
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(inner)
		if err := item(i, inner); err != nil {
			return err
		}
	}
	if n > 0 {
		out.WriteString(indent)
	}
	out.WriteByte(brackets[1])
	return nil
}

func quoteJSON(out *bytes.Buffer, s string) error {
	plain := func(r rune) bool { return r >= ' ' && r <= '~' && r != '"' && r != '\\' }
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		out.WriteByte('"')
		out.WriteString(s)
		out.WriteByte('"')
		return nil
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	out.Truncate(out.Len() - 1) // the line's end
	return err
}
