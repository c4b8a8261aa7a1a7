// Package text keeps text what it is on its way in and out: what a JSON decoder would change without a word is refused, and
// what could steer a terminal is made visible.
package text

import (
	"fmt"
	"strings"
	"unicode"
)

// Printable escapes what could steer a terminal, or would be seen as nothing: control and format characters, but for those of
// except, and what is no UTF-8. It does so as Go's %+q does, without the quotes.
func Printable(s, except string) string {
	safe := func(r rune) bool { return unicode.IsGraphic(r) || strings.ContainsRune(except, r) }
	if strings.IndexFunc(s, func(r rune) bool { return !safe(r) || r == unicode.ReplacementChar }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if safe(r) {
			b.WriteRune(r)
		} else {
			q := fmt.Sprintf("%+q", r) // '\x1b'
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}
