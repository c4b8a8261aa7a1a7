package shape

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/awsidem/awsidem/pkg/text"
)

// A syntaxError is a place in a text that breaks its grammar. It shows the line, with a caret below the place.
type syntaxError struct {
	message      string
	line, column int // from 1, in characters
	before       string
	after        string // the line from the place on
}

// fail gives the error for a place in the text.
func (p *parser) fail(at int, format string, args ...any) error {
	return newSyntaxError(string(p.in[:at]), string(p.in[at:]), fmt.Sprintf(format, args...))
}

// unexpected says what the grammar has here, and what the text has.
func (p *parser) unexpected(want string) error {
	got := "the end"
	if !p.atEnd() {
		got = strconv.QuoteRune(p.peek())
	}
	return p.fail(p.pos, "expected %s, got %s", want, got)
}

func newSyntaxError(before, after, message string) error {
	line := 1 + strings.Count(before, "\n")
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	return &syntaxError{message, line, 1 + utf8.RuneCountInString(before), before, after}
}

// Error gives two lines more: the input and a caret. What a terminal would not print as it is, is escaped in both.
func (e *syntaxError) Error() string {
	const width = 60 // to each side: a file may be one line
	before, after := []rune(e.before), []rune(e.after)
	start, end := "", ""
	if len(before) > width {
		start, before = "...", before[len(before)-width:]
	}
	if len(after) > width {
		end, after = "...", after[:width]
	}
	left := start + text.Printable(string(before), "")
	at := fmt.Sprintf("column %d", e.column)
	if e.line > 1 {
		at = fmt.Sprintf("line %d, column %d", e.line, e.column)
	}
	return fmt.Sprintf("%s at %s:\n%s%s%s\n%*s", e.message, at, left, text.Printable(string(after), ""), end,
		utf8.RuneCountInString(left)+1, "^")
}
