package shape

import (
	"encoding/base64"
	"reflect"
	"strconv"
	"time"
)

// Encode returns an output or an input of the SDK as a generic value, with the members that the AWS CLI prints: it leaves out
// absent members and keeps empty lists. v is a struct or points to a struct. For any other v, Encode returns nil.
func Encode(v any) map[string]any {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || KindOf(rv.Type()) != Structure {
		return nil
	}
	encoded, _ := encode(rv)
	members, _ := encoded.(map[string]any)
	return members
}

// encode returns v as a generic value, and reports whether v is present.
func encode(v reflect.Value) (any, bool) {
	pointer := v.Kind() == reflect.Pointer
	if pointer || v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		if v.IsNil() {
			return nil, false
		}
	}
	if pointer {
		v = v.Elem()
	}
	switch KindOf(v.Type()) {
	case String:
		return v.String(), pointer || v.String() != "" // the SDK has no pointers to enums, so "" means absent
	case Boolean:
		return v.Bool(), true
	case Integer:
		return number(v.Int()), true
	case Float:
		// The shortest text of the float32 0.1 is 0.1, but its float64 is 0.10000000149011612.
		f, _ := strconv.ParseFloat(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), 64)
		return f, true
	case Timestamp:
		return formatTime(v.Interface().(time.Time)), true
	case Blob:
		return base64.StdEncoding.EncodeToString(v.Bytes()), true
	case Structure:
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !isMember(f) {
				continue
			}
			if member, ok := encode(v.Field(i)); ok {
				out[f.Name] = member
			}
		}
		return out, true
	case List:
		out := make([]any, v.Len())
		for i := range out {
			out[i], _ = encode(v.Index(i))
		}
		return out, true
	case Map:
		out := make(map[string]any, v.Len())
		for entries := v.MapRange(); entries.Next(); {
			out[entries.Key().String()], _ = encode(entries.Value())
		}
		return out, true
	}
	return nil, false
}
