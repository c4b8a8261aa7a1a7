package shape

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"time"
)

// Decode fills the SDK's input, to which into points, from a generic value that it checks first.
func Decode(value map[string]any, into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() || KindOf(target.Type()) != Structure {
		return fmt.Errorf("decoding into a %T: want a pointer to a struct", into)
	}
	fitted, err := fit(target.Type(), "", value, written)
	if err != nil {
		return err
	}
	assign(target.Elem(), fitted)
	return nil
}

// assign sets a field to a value that fits its type.
func assign(target reflect.Value, v any) {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	switch KindOf(target.Type()) {
	case String:
		target.SetString(v.(string))
	case Boolean:
		target.SetBool(v.(bool))
	case Integer:
		if n, ok := v.(int64); ok {
			target.SetInt(n)
		} else {
			target.SetInt(int64(v.(float64)))
		}
	case Float:
		target.SetFloat(v.(float64))
	case Timestamp:
		at, _ := timestamp(v)
		target.Set(reflect.ValueOf(at))
	case Blob:
		data, _ := base64.StdEncoding.DecodeString(v.(string))
		target.SetBytes(data)
	case Structure:
		for name, member := range v.(map[string]any) {
			assign(target.FieldByName(name), member)
		}
	case List:
		list := v.([]any)
		target.Set(reflect.MakeSlice(target.Type(), len(list), len(list)))
		for i, element := range list {
			assign(target.Index(i), element)
		}
	case Map:
		target.Set(reflect.MakeMap(target.Type()))
		for key, entry := range v.(map[string]any) {
			slot := reflect.New(target.Type().Elem()).Elem()
			assign(slot, entry)
			target.SetMapIndex(reflect.ValueOf(key).Convert(target.Type().Key()), slot)
		}
	}
}

// formatTime is ISO 8601 as the AWS CLI prints it: 2024-01-22T10:00:00+00:00, microseconds only if there are any.
func formatTime(at time.Time) string {
	at = at.UTC().Truncate(time.Microsecond)
	if at.Nanosecond() == 0 {
		return at.Format("2006-01-02T15:04:05-07:00")
	}
	return at.Format("2006-01-02T15:04:05.000000-07:00")
}
