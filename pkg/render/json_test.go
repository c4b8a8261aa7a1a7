package render

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// JSON is what an indenting encoder of the standard library writes.
func TestJSONAsEncoded(t *testing.T) {
	scalar := rapid.OneOf(
		rapid.String().AsAny(), rapid.SampledFrom([]any{nil, true, false, json.Number("1"), json.Number("-2.5e+30"), 7, 0.5, "<&>", "\u2028", "\x00\x7f", "a\xffb", `"\`, ""}))
	value := rapid.Custom(func(t *rapid.T) any {
		item := scalar
		for range rapid.IntRange(0, 3).Draw(t, "depth") {
			inner := item
			item = rapid.OneOf(inner, rapid.SliceOfN(inner, 0, 3).AsAny(), rapid.MapOfN(rapid.String(), inner, 0, 3).AsAny())
		}
		return generic(item.Draw(t, "value"))
	})
	rapid.Check(t, func(t *rapid.T) {
		normal, err := number.Normalize(value.Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		if isEmptyObject(normal) {
			return
		}
		var got, want bytes.Buffer
		if err := writeJSON(&got, normal); err != nil {
			t.Fatal(err)
		}
		encoder := json.NewEncoder(&want)
		encoder.SetIndent("", "    ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(normal); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%q, not %q", got.String(), want.String())
		}
	})
}

// generic makes the slices and maps of a generator those of a value.
func generic(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = generic(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = generic(v[key])
		}
	}
	return value
}
