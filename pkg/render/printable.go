package render

import (
	"fmt"
	"strings"
	"unicode"
)

// escape makes all text of a section printable, before it is laid out: a carriage return, or what a terminal would not show, has
// no width that a table could go by. A tab is some blanks.
func (s *section) escape() {
	s.title = printable(s.title)
	for _, row := range append([][]string{s.header}, s.rows...) {
		for i := range row {
			row[i] = printable(strings.ReplaceAll(row[i], "\t", "    "))
		}
	}
}

// printable escapes control and format characters, but for a line's end, as pkg/cli does with all that goes to a terminal.
func printable(text string) string {
	safe := func(r rune) bool { return unicode.IsGraphic(r) || r == '\n' }
	if strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if safe(r) {
			b.WriteRune(r)
			continue
		}
		q := fmt.Sprintf("%+q", r) // '\x1b'
		b.WriteString(q[1 : len(q)-1])
	}
	return b.String()
}
