package shape

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// CheckText reports as an error what encoding/json would read as U+FFFD in JSON, so that two texts became one: bytes that are
// not UTF-8, and \u escapes that are half of a surrogate pair.
func CheckText(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	for {
		_, escape, found := bytes.Cut(data, []byte(`\`))
		if !found {
			return nil
		}
		first, next := codeUnit(escape), escape[min(len("u0000"), len(escape)):]
		switch {
		case !utf16.IsSurrogate(first):
			data = escape[min(1, len(escape)):] // past a backslash that is escaped itself
		case len(next) > 0 && next[0] == '\\' && utf16.DecodeRune(first, codeUnit(next[1:])) != utf8.RuneError:
			data = next[len(`\u0000`):]
		default:
			return fmt.Errorf(`the escape \%s is half of a surrogate pair, and no character`, escape[:len("u0000")])
		}
	}
}

// codeUnit gives what uXXXX, which follows a backslash, stands for; 0 for any other escape.
func codeUnit(escape []byte) rune {
	if len(escape) < len("u0000") || escape[0] != 'u' {
		return 0
	}
	unit, err := strconv.ParseUint(string(escape[1:len("u0000")]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(unit)
}
