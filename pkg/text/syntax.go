package text

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A SyntaxError is a place in a text that breaks the text's grammar.
type SyntaxError struct {
	Message string // the problem, without the place

	line, column  int    // from 1, the column in characters
	before, after string // the line, divided at the place
}

// NewSyntaxError returns an error for the place between two parts of a text.
func NewSyntaxError(before, after, message string) *SyntaxError {
	line := 1 + strings.Count(before, "\n")
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	return &SyntaxError{message, line, 1 + utf8.RuneCountInString(before), before, after}
}

// Short returns the message and the place, in one line.
func (e *SyntaxError) Short() string {
	if e.line > 1 {
		return fmt.Sprintf("%s at line %d, column %d", e.Message, e.line, e.column)
	}
	return fmt.Sprintf("%s at column %d", e.Message, e.column)
}

// Error returns [SyntaxError.Short] and two more lines: the line of the text, shortened and printable, and a caret below the
// place.
func (e *SyntaxError) Error() string {
	const width = 60 // characters on each side of the place, because a whole file may be one line
	before, after := []rune(e.before), []rune(e.after)
	start, end := "", ""
	if len(before) > width {
		start, before = "...", before[len(before)-width:]
	}
	if len(after) > width {
		end, after = "...", after[:width]
	}
	left := start + Printable(string(before), "")
	return fmt.Sprintf("%s:\n%s%s%s\n%*s", e.Short(), left, Printable(string(after), ""), end, utf8.RuneCountInString(left)+1, "^")
}
