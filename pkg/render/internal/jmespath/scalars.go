package jmespath

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// numberOf converts an argument that invoke has checked to be a number.
func numberOf(value any) number.Number {
	n, _ := number.Of(value)
	return n
}

func abs(a []any) (any, error)   { return numberOf(a[0]).Abs().JSON(), nil }
func ceil(a []any) (any, error)  { return numberOf(a[0]).Round(math.Ceil).JSON(), nil }
func floor(a []any) (any, error) { return numberOf(a[0]).Round(math.Floor).JSON(), nil }

func startsWith(a []any) (any, error) { return strings.HasPrefix(a[0].(string), a[1].(string)), nil }
func endsWith(a []any) (any, error)   { return strings.HasSuffix(a[0].(string), a[1].(string)), nil }

func contains(a []any) (any, error) {
	if items, ok := a[0].([]any); ok {
		return slices.ContainsFunc(items, func(item any) bool { return equal(item, a[1]) }), nil
	}
	part, ok := a[1].(string)
	if !ok {
		return nil, errors.New("argument 2 must be a string if argument 1 is a string")
	}
	return strings.Contains(a[0].(string), part), nil
}

func typeName(a []any) (any, error) { return typeOf(a[0]), nil }

func length(a []any) (any, error) {
	size := 0
	switch v := a[0].(type) {
	case string:
		size = utf8.RuneCountInString(v)
	case []any:
		size = len(v)
	case map[string]any:
		size = len(v)
	}
	return number.Int(size).JSON(), nil
}

func reverse(a []any) (any, error) {
	if text, ok := a[0].(string); ok {
		runes := []rune(text)
		slices.Reverse(runes)
		return string(runes), nil
	}
	items := slices.Clone(a[0].([]any))
	slices.Reverse(items)
	return items, nil
}

func toNumber(a []any) (any, error) {
	text, ok := a[0].(string)
	if !ok {
		if typeOf(a[0]) == "number" {
			return a[0], nil
		}
		return nil, nil
	}
	if n, ok := number.Parse(strings.TrimSpace(text)); ok {
		return n.JSON(), nil
	}
	return nil, nil
}

// toString returns a string unchanged, and any other value as compact ASCII JSON.
func toString(a []any) (any, error) {
	if text, ok := a[0].(string); ok {
		return text, nil
	}
	value, err := number.Normalize(a[0])
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	var text strings.Builder
	for _, r := range strings.TrimSuffix(buffer.String(), "\n") {
		if r < utf8.RuneSelf {
			text.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&text, `\u%04x`, unit)
		}
	}
	return text.String(), nil
}
