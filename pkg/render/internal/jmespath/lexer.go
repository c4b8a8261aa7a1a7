package jmespath

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// kind is the kind of a token: one of these, or the text of a punctuation mark.
type kind string

const (
	tokenEnd     kind = "the end of the expression"
	tokenName    kind = "name"
	tokenQuoted  kind = "quoted name"
	tokenNumber  kind = "number"
	tokenLiteral kind = "literal"
)

type token struct {
	kind   kind
	offset int
	value  any // a name's string, a number's int, a literal's value
}

// operators lists the longer of two operators first if one begins with the other.
var operators = []string{"[?", "[]", "||", "&&", "==", "!=", "<=", ">=",
	".", "*", "]", ",", ":", "@", "(", ")", "{", "}", "[", "|", "&", "<", ">", "!"}

// lexer divides an expression into tokens. It holds runes, so that offsets count characters.
type lexer struct {
	source []rune
	at     int
}

func tokenize(source string) ([]token, error) {
	l := lexer{source: []rune(source)}
	var tokens []token
	for {
		for l.at < len(l.source) && strings.ContainsRune(" \t\n\r", l.source[l.at]) {
			l.at++
		}
		start := l.at
		if start == len(l.source) {
			return append(tokens, token{kind: tokenEnd, offset: start}), nil
		}
		kind, value, err := l.next()
		if err != nil {
			return nil, &SyntaxError{Offset: start, Message: err.Error()}
		}
		tokens = append(tokens, token{kind, start, value})
	}
}

func (l *lexer) next() (kind, any, error) {
	switch first := l.source[l.at]; {
	case isNameStart(first):
		return tokenName, l.take(func(r rune) bool { return isNameStart(r) || isDigit(r) }), nil
	case isDigit(first) || first == '-':
		index, err := strconv.Atoi(l.take(isDigit))
		if err != nil {
			return "", nil, fmt.Errorf("bad number")
		}
		return tokenNumber, index, nil
	case first == '"' || first == '\'' || first == '`':
		text, err := l.delimited(first)
		if err != nil {
			return "", nil, err
		}
		switch first {
		case '"':
			name, err := parseJSON(`"` + text + `"`)
			if err != nil {
				return "", nil, fmt.Errorf("bad quoted name: %w", err)
			}
			return tokenQuoted, name, nil
		case '`':
			value, err := parseLiteral(strings.ReplaceAll(text, "\\`", "`"))
			return tokenLiteral, value, err
		}
		return tokenLiteral, strings.ReplaceAll(text, `\'`, `'`), nil
	}
	rest := string(l.source[l.at:min(l.at+2, len(l.source))])
	for _, operator := range operators {
		if strings.HasPrefix(rest, operator) {
			l.at += len(operator)
			return kind(operator), nil, nil
		}
	}
	return "", nil, fmt.Errorf("unexpected character %q", l.source[l.at])
}

// take consumes the current rune and the runes after it for which belongs returns true.
func (l *lexer) take(belongs func(rune) bool) string {
	start := l.at
	l.at++
	for l.at < len(l.source) && belongs(l.source[l.at]) {
		l.at++
	}
	return string(l.source[start:l.at])
}

// delimited consumes the text between two delimiters and returns it, its backslashes included.
func (l *lexer) delimited(delimiter rune) (string, error) {
	start := l.at + 1
	for i := start; i < len(l.source); i++ {
		switch l.source[i] {
		case '\\':
			i++
		case delimiter:
			l.at = i + 1
			return string(l.source[start:i]), nil
		}
	}
	return "", fmt.Errorf("%q is never closed", delimiter)
}

// parseLiteral parses the text between backticks. Text that is not JSON is a string, because scripts write `Name` for `"Name"`.
func parseLiteral(text string) (any, error) {
	if value, err := parseJSON(text); err == nil {
		_, err := number.Normalize(value) // refuses 1e999, which has no printed form
		return value, err
	}
	value, err := parseJSON(`"` + strings.TrimLeft(text, " \t\n\r\v\f") + `"`)
	if err != nil {
		return nil, fmt.Errorf("bad literal: %w", err)
	}
	return value, nil
}

func parseJSON(text string) (value any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return value, nil
}

func isNameStart(r rune) bool {
	return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
