package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// scalarText returns a cell of a text line or a table: a string unchanged, any other value in Python's notation.
func scalarText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return pythonLiteral(value)
}

// pythonLiteral returns value in Python's notation. The AWS CLI prints a list or an object in this notation where it expects a scalar.
func pythonLiteral(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case json.Number:
		return string(v)
	case string:
		return quotePython(v)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = pythonLiteral(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any:
		var members []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			members = append(members, quotePython(key)+": "+pythonLiteral(v[key]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	}
	return fmt.Sprint(value)
}

// quotePython returns a Python string literal: in double quotes if text contains single quotes only, else in single quotes.
func quotePython(text string) string {
	quote := '\''
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = '"'
	}
	var out strings.Builder
	out.WriteRune(quote)
	for _, r := range text {
		switch {
		case r == quote || r == '\\':
			out.WriteRune('\\')
			out.WriteRune(r)
		case strings.ContainsRune("\n\r\t", r):
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		case strconv.IsPrint(r):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	out.WriteRune(quote)
	return out.String()
}
