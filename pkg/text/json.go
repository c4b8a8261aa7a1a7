package text

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// CheckJSON reports as an error what encoding/json would read as U+FFFD in JSON, so that two texts became one: bytes that are
// not UTF-8, and \u escapes that are half of a surrogate pair.
func CheckJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	for {
		_, escape, found := bytes.Cut(data, []byte(`\`))
		if !found {
			return nil
		}
		first := codeUnit(escape)
		if !utf16.IsSurrogate(first) {
			data = escape[min(1, len(escape)):] // past a backslash that is escaped itself
			continue
		}
		second, follows := bytes.CutPrefix(escape[unitLength:], []byte(`\`))
		if !follows || utf16.DecodeRune(first, codeUnit(second)) == utf8.RuneError {
			return fmt.Errorf(`the escape \%s is half of a surrogate pair, and no character`, escape[:unitLength])
		}
		data = second[unitLength:]
	}
}

const unitLength = len("uXXXX")

// codeUnit gives what uXXXX, which follows a backslash, stands for; 0 for any other escape.
func codeUnit(escape []byte) rune {
	if len(escape) < unitLength || escape[0] != 'u' {
		return 0
	}
	unit, err := strconv.ParseUint(string(escape[1:unitLength]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(unit)
}
