package jmespath

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
	offset int // in characters, from 0
	value  any // a name's string, a number's int, a literal's value
}

// tokenPattern matches a token: a name, a number, a text between delimiters, or a punctuation mark.
const tokenPattern = `^(?s:[A-Za-z_][A-Za-z0-9_]*|-[0-9]*|[0-9]+|` +
	`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`(?:[^`\\\\]|\\\\.)*`" +
	`|\[\?|\[]|\|\||&&|[=!<>]=|[].*,:@(){}[|&<>!])`

// tokenize divides an expression into tokens.
func tokenize(source string) ([]token, error) {
	pattern := regexp.MustCompile(tokenPattern)
	rest := string([]rune(source)) // replaces bytes that are not UTF-8
	var tokens []token
	for offset := 0; ; {
		before := len(rest)
		rest = strings.TrimLeft(rest, " \t\n\r")
		offset += before - len(rest)
		if rest == "" {
			return append(tokens, token{kind: tokenEnd, offset: offset}), nil
		}
		text := pattern.FindString(rest)
		kind, value, err := classify(text)
		if first, _ := utf8.DecodeRuneInString(rest); text == "" && strings.ContainsRune("\"'`", first) {
			err = fmt.Errorf("%q is never closed", first)
		} else if text == "" {
			err = fmt.Errorf("unexpected character %q", first)
		}
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", offset+1, err)
		}
		tokens = append(tokens, token{kind, offset, value})
		rest = rest[len(text):]
		offset += utf8.RuneCountInString(text)
	}
}

// classify returns the kind and the value of a token.
func classify(text string) (kind, any, error) {
	switch first, _ := utf8.DecodeRuneInString(text); {
	case first == '_' || unicode.IsLetter(first):
		return tokenName, text, nil
	case first == '-' || unicode.IsDigit(first):
		index, err := strconv.Atoi(text)
		if err != nil {
			return "", nil, errors.New("bad number")
		}
		return tokenNumber, index, nil
	case first == '"':
		name, err := parseJSON(text)
		if err != nil {
			return "", nil, fmt.Errorf("bad quoted name: %w", err)
		}
		return tokenQuoted, name, nil
	case first == '\'':
		return tokenLiteral, strings.ReplaceAll(text[1:len(text)-1], `\'`, `'`), nil
	case first == '`':
		value, err := parseLiteral(strings.ReplaceAll(text[1:len(text)-1], "\\`", "`"))
		return tokenLiteral, value, err
	}
	return kind(text), nil, nil
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
		return nil, errors.New("more than one value")
	}
	return value, nil
}
