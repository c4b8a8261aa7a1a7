package sandbox

import (
	"regexp"
	"strings"
)

// compile returns the expression of a filter value. An asterisk matches any number of characters, a question mark matches zero
// or one, and a backslash escapes either. Filter values are case-sensitive.
func compile(value string) *regexp.Regexp {
	var expr strings.Builder
	escaped := false
	for _, char := range value {
		switch {
		case escaped || !strings.ContainsRune(`\*?`, char):
			expr.WriteString(regexp.QuoteMeta(string(char)))
			escaped = false
		case char == '\\':
			escaped = true
		default:
			expr.WriteString("." + string(char))
		}
	}
	if escaped {
		expr.WriteString(`\\`) // a trailing backslash is literal
	}
	return regexp.MustCompile("(?s)^" + expr.String() + "$")
}
