package shape

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Decode sets the input of the SDK to which target points from a generic value. If a member does not fit, Decode returns an error that names
// the member, and does not change the input.
func Decode(value map[string]any, target any) error {
	into := reflect.ValueOf(target)
	if into.Kind() != reflect.Pointer || into.IsNil() || KindOf(into.Type()) != Structure {
		return fmt.Errorf("decoding into a %T: want a pointer to a struct", target)
	}
	decoded := reflect.New(into.Type().Elem()).Elem()
	if _, err := decode(decoded, "", value, typed); err != nil {
		return err
	}
	into.Elem().Set(decoded)
	return nil
}

// A notation is how the text of a value expresses its type.
type notation int

const (
	typed   notation = iota // JSON, YAML: the text has types
	untyped                 // shorthand, scalars on the command line: all values are text, and the shape has the types
)

// toGeneric returns v as a generic value (see the package comment) of type t, or an error if v does not fit t.
func toGeneric(t reflect.Type, path string, v any, from notation) (any, error) {
	return decode(reflect.New(t).Elem(), path, v, from)
}

// decode sets target to v and returns v as a generic value. path names the place of v in errors.
func decode(target reflect.Value, path string, v any, from notation) (any, error) {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	kind := KindOf(target.Type())
	object, isObject := v.(map[string]any)
	list, isList := v.([]any)
	if !isList && from == untyped {
		list, isList = []any{v}, true // the AWS CLI accepts Tags={Key=a} for Tags=[{Key=a}]
	}
	switch {
	case kind == Structure && isObject:
		return decodeMembers(target, path, object, from)
	case kind == Map && isObject:
		return decodeEntries(target, path, object, from)
	case kind == List && isList:
		return decodeElements(target, path, list, from)
	}
	if generic, ok := decodeScalar(target, kind, v, from); ok {
		return generic, nil
	}
	return nil, mismatch(path, target.Type(), v, from)
}

func decodeMembers(target reflect.Value, path string, given map[string]any, from notation) (any, error) {
	out := make(map[string]any, len(given))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if f, ok := target.Type().FieldByName(name); !ok || !isMember(f) {
			return nil, unknownMember(path, name, Members(target.Type()))
		}
		var err error
		if out[name], err = decode(target.FieldByName(name), strings.TrimPrefix(path+"."+name, "."), given[name], from); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodeElements(target reflect.Value, path string, given []any, from notation) (any, error) {
	target.Set(reflect.MakeSlice(target.Type(), len(given), len(given)))
	out := make([]any, len(given))
	for i, element := range given {
		var err error
		if out[i], err = decode(target.Index(i), fmt.Sprintf("%s[%d]", path, i), element, from); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodeEntries(target reflect.Value, path string, given map[string]any, from notation) (any, error) {
	target.Set(reflect.MakeMap(target.Type()))
	out := make(map[string]any, len(given))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		entry := reflect.New(target.Type().Elem()).Elem()
		var err error
		if out[key], err = decode(entry, fmt.Sprintf("%s[%q]", path, key), given[key], from); err != nil {
			return nil, err
		}
		target.SetMapIndex(reflect.ValueOf(key).Convert(target.Type().Key()), entry)
	}
	return out, nil
}

// decodeScalar reports whether v fits the kind of target.
func decodeScalar(target reflect.Value, kind Kind, v any, from notation) (generic any, ok bool) {
	text, isText := v.(string)
	if isText && from == untyped && (kind == Integer || kind == Float) {
		v = json.Number(strings.TrimSpace(text))
	}
	switch kind {
	case String:
		target.SetString(text)
		return text, isText
	case Boolean:
		b, ok := v.(bool)
		if isText && from == untyped {
			b = strings.EqualFold(text, "true")
			ok = b || strings.EqualFold(text, "false")
		}
		target.SetBool(b)
		return b, ok
	case Integer:
		n, ok := integer(v)
		target.SetInt(n)
		return number(n), ok && !target.OverflowInt(n)
	case Float:
		f, ok := float(v)
		target.SetFloat(f)
		return f, ok && !target.OverflowFloat(f)
	case Timestamp:
		at, ok := timestamp(v)
		target.Set(reflect.ValueOf(at))
		return formatTime(at), ok
	case Blob:
		data, isBytes := v.([]byte)
		if isBytes {
			text = base64.StdEncoding.EncodeToString(data)
		}
		data, err := base64.StdEncoding.DecodeString(text)
		target.SetBytes(data)
		return text, err == nil && (isText || isBytes)
	}
	return nil, false
}
