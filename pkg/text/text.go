// Package text reads and prints text from outside of the program. It reads JSON and YAML strictly: where other decoders change or drop a value
// without an error, this package returns an error. It escapes characters that could control a terminal, quotes words for a shell, and finds
// the names that a misspelt name may stand for.
package text

import (
	"fmt"
	"strings"
	"unicode"
)

// Printable returns s with invisible characters escaped as Go's %+q escapes them: control and format characters, except for
// the characters in except. Bytes that are not UTF-8 become U+FFFD.
func Printable(s, except string) string {
	safe := func(r rune) bool { return unicode.IsGraphic(r) || strings.ContainsRune(except, r) }
	var b strings.Builder
	b.Grow(len(s))
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
