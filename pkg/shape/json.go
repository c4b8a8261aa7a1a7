package shape

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/awsidem/awsidem/pkg/text"
)

// ParseJSON reads an input as --cli-input-json takes it; source names it in errors.
func ParseJSON(t reflect.Type, source string, data []byte) (map[string]any, error) {
	v, err := readJSON(data)
	return fitInput(t, source, v, err)
}

// fitInput gives the input that a document holds.
func fitInput(t reflect.Type, source string, v any, err error) (map[string]any, error) {
	if err == nil {
		v, err = fit(t, "", v, written)
	}
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", source, err)
	}
	return v.(map[string]any), nil
}

// readJSON is encoding/json, except that it says where the text is wrong, keeps numbers as they are written and refuses a key
// that is given twice, which would drop a value in silence.
func readJSON(data []byte) (any, error) {
	if err := text.CheckJSON(data); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, new(any)); err != nil {
		return nil, jsonSyntax(data, err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return jsonValue(d, data)
}

// jsonValue reads one value of a text that is known to be JSON, so that its tokens need no further check.
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
				end := d.InputOffset() - 1 // at its closing quote
				return nil, newSyntaxError(string(data[:end]), string(data[end:]), fmt.Sprintf("key %q given twice", key))
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

// jsonSyntax finds the place of an error. The offset of a SyntaxError is the number of bytes read, so the wrong one is before
// it, unless it is the end that came too soon.
func jsonSyntax(data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	at := int(syntax.Offset)
	if _, size := utf8.DecodeLastRune(data[:at]); at < len(data) || syntax.Error() != "unexpected end of JSON input" {
		at -= size
	}
	return newSyntaxError(string(data[:at]), string(data[at:]), syntax.Error())
}
