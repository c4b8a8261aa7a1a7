package awsconfig

import (
	"errors"
	"strings"
)

// Words splits a line into words as a POSIX shell does: at blanks, with single quotes, double quotes and backslashes. Nothing else
// has a meaning: no variable, pattern, comment or operator is expanded. In double quotes a backslash escapes only a double quote and
// a backslash. Words errors on a quote that is not closed and on a backslash at the end.
func Words(line string) ([]string, error) {
	var (
		words   []string
		word    strings.Builder
		inWord  bool
		quote   rune // 0: outside of quotes
		escaped bool
	)
	for _, r := range line {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				word.WriteRune('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	switch {
	case quote != 0:
		return nil, errors.New("a quote is not closed")
	case escaped:
		return nil, errors.New("a backslash at the end escapes nothing")
	case inWord:
		words = append(words, word.String())
	}
	return words, nil
}
