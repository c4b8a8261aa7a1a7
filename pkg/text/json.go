package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"
)

// ParseJSON decodes one JSON value as encoding/json does into an any, with numbers as json.Number. Unlike encoding/json, it
// refuses a key that is given twice, bytes that are not UTF-8, and \u escapes that are half of a surrogate pair: encoding/json
// drops the first value and replaces the others by U+FFFD. Its error is a [*SyntaxError] if a place in data is wrong.
func ParseJSON(data []byte) (any, error) {
	if err := checkCharacters(data); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return nil, jsonSyntax(data, err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return jsonValue(d, data)
}

// jsonValue decodes one value of data, which is known to be valid JSON.
func jsonValue(d *json.Decoder, data []byte) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := jsonValue(d, data)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	case json.Delim('{'):
		object := map[string]any{}
		for d.More() {
			token, err := d.Token()
			if err != nil {
				return nil, err
			}
			key := token.(string)
			if _, twice := object[key]; twice {
				end := d.InputOffset() - 1 // the offset of the key's closing quote
				return nil, NewSyntaxError(string(data[:end]), string(data[end:]), fmt.Sprintf("key %q given twice", key))
			}
			if object[key], err = jsonValue(d, data); err != nil {
				return nil, err
			}
		}
		_, err := d.Token()
		return object, err
	}
	return token, nil
}

// jsonSyntax adds the place to an error of encoding/json. The error counts the bytes that were read, so the wrong byte is the
// last of them, unless data ended too soon.
func jsonSyntax(data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	at := int(syntax.Offset)
	if _, size := utf8.DecodeLastRune(data[:at]); at < len(data) || syntax.Error() != "unexpected end of JSON input" {
		at -= size
	}
	return NewSyntaxError(string(data[:at]), string(data[at:]), syntax.Error())
}

// checkCharacters returns an error if encoding/json would decode a part of data as U+FFFD that does not stand for U+FFFD.
func checkCharacters(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	for _, match := range escapes().FindAllSubmatch(data, -1) {
		if half := match[1]; half != nil {
			return fmt.Errorf(`the escape \%s is only half of a surrogate pair`, half)
		}
	}
	return nil
}

// escapes matches an escape, or the two escapes of a surrogate pair. Its group is an escape that is half of a pair.
var escapes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\\(?:u(?i:d[89ab][0-9a-f]{2})\\u(?i:d[c-f][0-9a-f]{2})|(u(?i:d[89a-f][0-9a-f]{2}))|(?s:.))`)
})
