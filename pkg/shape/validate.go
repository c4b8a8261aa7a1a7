package shape

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A notation says what the text of a value tells about its type.
type notation int

const (
	written   notation = iota // the types are in the text: JSON, YAML
	shorthand                 // all is text, and the shape gives the types: shorthand, scalars on the command line
)

// fit gives a value in its generic form (see the package comment) if it fits the shape.
func fit(t reflect.Type, path string, v any, from notation) (any, error) {
	t = deref(t)
	switch kind := KindOf(t); kind {
	case Structure:
		return fitMembers(t, path, v, from)
	case List:
		return fitElements(t, path, v, from)
	case Map:
		return fitEntries(t, path, v, from)
	default:
		scalar, ok := fitScalar(t, kind, v, from)
		if !ok {
			return nil, mismatch(path, kind, v, from)
		}
		return scalar, nil
	}
}

func fitMembers(t reflect.Type, path string, v any, from notation) (any, error) {
	given, ok := v.(map[string]any)
	if !ok {
		return nil, mismatch(path, Structure, v, from)
	}
	members := Members(t)
	out := make(map[string]any, len(given))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(members, func(m Member) bool { return m.Name == name })
		if i < 0 {
			return nil, unknownMember(path, name, members)
		}
		value, err := fit(members[i].Type, strings.TrimPrefix(path+"."+name, "."), given[name], from)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, nil
}

func fitElements(t reflect.Type, path string, v any, from notation) (any, error) {
	given, ok := v.([]any)
	if !ok && from == shorthand {
		given, ok = []any{v}, true // Tags={Key=a} for Tags=[{Key=a}], as the AWS CLI has it
	}
	if !ok {
		return nil, mismatch(path, List, v, from)
	}
	out := make([]any, len(given))
	for i, element := range given {
		value, err := fit(t.Elem(), fmt.Sprintf("%s[%d]", path, i), element, from)
		if err != nil {
			return nil, err
		}
		out[i] = value
	}
	return out, nil
}

func fitEntries(t reflect.Type, path string, v any, from notation) (any, error) {
	given, ok := v.(map[string]any)
	if !ok {
		return nil, mismatch(path, Map, v, from)
	}
	out := make(map[string]any, len(given))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value, err := fit(t.Elem(), fmt.Sprintf("%s[%q]", path, key), given[key], from)
		if err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, nil
}

func fitScalar(t reflect.Type, kind Kind, v any, from notation) (any, bool) {
	text, isText := v.(string)
	typed := isText && from == shorthand // the text stands for a value of the shape's type
	switch kind {
	case String:
		return v, isText
	case Boolean:
		if typed {
			return strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
		}
		b, ok := v.(bool)
		return b, ok
	case Integer:
		if typed {
			v = json.Number(strings.TrimSpace(text))
		}
		return integer(v, t.Bits())
	case Float:
		if typed {
			v = json.Number(strings.TrimSpace(text))
		}
		return float(v, t.Bits())
	case Timestamp:
		at, ok := timestamp(v)
		return formatTime(at), ok
	case Blob:
		if data, ok := v.([]byte); ok {
			return base64.StdEncoding.EncodeToString(data), true
		}
		_, err := base64.StdEncoding.DecodeString(text)
		return text, isText && err == nil
	}
	return nil, false
}

// integer gives an integer of at most that many bits as a generic number.
func integer(v any, bits int) (any, bool) {
	var n int64
	var err error
	switch v := v.(type) {
	case json.Number:
		n, err = strconv.ParseInt(v.String(), 10, 64)
	case int:
		n = int64(v)
	case int64:
		n = v
	case float64: // as encoding/json gives each number
		n = int64(v)
		if v < math.MinInt64 || v >= math.MaxInt64 || float64(n) != v {
			return nil, false
		}
	default:
		return nil, false
	}
	if err != nil || bits == 32 && (n < math.MinInt32 || n > math.MaxInt32) {
		return nil, false
	}
	return number(n), true
}

// number gives an integer as encoding/json would, so that JMESPath compares it with its own numbers. What a float64 does
// not hold exactly stays an int64.
func number(n int64) any {
	const exact = 1 << 53
	if -exact <= n && n <= exact {
		return float64(n)
	}
	return n
}

func float(v any, bits int) (any, bool) {
	var f float64
	var err error
	switch v := v.(type) {
	case json.Number:
		f, err = strconv.ParseFloat(v.String(), bits)
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	case float64:
		f = v
	default:
		return nil, false
	}
	if bits == 32 && math.Abs(f) > math.MaxFloat32 {
		return nil, false
	}
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// timestamp reads RFC 3339, and seconds since 1970. The year has four digits: more could not be written down again.
func timestamp(v any) (time.Time, bool) {
	var at time.Time
	switch v := v.(type) {
	case time.Time: // as YAML gives it
		at = v
	case string:
		var err error
		if at, err = time.Parse(time.RFC3339, strings.TrimSpace(v)); err != nil {
			return time.Time{}, false
		}
	default:
		seconds, ok := float(v, 64)
		if !ok || math.Abs(seconds.(float64)) > 1<<40 {
			return time.Time{}, false
		}
		whole, part := math.Modf(seconds.(float64))
		at = time.Unix(int64(whole), int64(part*1e9))
	}
	at = at.UTC()
	return at, 0 <= at.Year() && at.Year() <= 9999
}
