package awsconfig

import (
	"errors"
	"strings"
)

// Words splits a line into words as a POSIX shell does: at blanks, with single quotes, double quotes and backslashes. It does not expand
// variables and patterns, and knows no comments and operators. In double quotes, a backslash escapes only a double quote and a backslash. If a
// quote is not closed or the line ends with a backslash, Words returns an error.
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
		return nil, errors.New("a quote is not closed: add the closing quote")
	case escaped:
		return nil, errors.New("there is a backslash at the end: remove it")
	case inWord:
		words = append(words, word.String())
	}
	return words, nil
}
