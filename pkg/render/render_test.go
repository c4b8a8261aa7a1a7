package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/awstest/golden"
)

func TestParseFormat(t *testing.T) {
	for _, format := range Formats() {
		if got, err := ParseFormat(string(format)); got != format || err != nil {
			t.Errorf("ParseFormat(%q) = %q, %v", format, got, err)
		}
	}
	_, err := ParseFormat("xml")
	if want := `unknown output format "xml": choose one of json, yaml, yaml-stream, text, table, off`; err == nil || err.Error() != want {
		t.Errorf("ParseFormat(xml): %v, want %s", err, want)
	}
}

func TestNothingToPrint(t *testing.T) {
	for _, format := range Formats() {
		expectNothing(t, format, map[string]any{})
	}
	expectNothing(t, Text, []any{})
	for _, nothing := range []any{nil, "", 0, false, []any{}} {
		expectNothing(t, Table, nothing)
	}
}

func expectNothing(t *testing.T, format Format, value any) {
	t.Helper()
	w := &writes{}
	if err := Write(w, format, "CreateRouteTable", value); err != nil || w.calls != 0 {
		t.Errorf("%s of %v: %d calls of Write, error %v, want neither", format, value, w.calls, err)
	}
}

func TestScalars(t *testing.T) {
	for _, c := range []struct {
		value            any
		text, json, yaml string
	}{
		{nil, "None\n", "null\n", "null\n"},
		{true, "True\n", "true\n", "true\n"},
		{"Zoë <&>", "Zoë <&>\n", "\"Zoë <&>\"\n", "\"Zoë <&>\"\n"},
		{2.0, "2\n", "2\n", "2\n"},
		{2.5, "2.5\n", "2.5\n", "2.5\n"},
		{int64(-7), "-7\n", "-7\n", "-7\n"},
		{json.Number("1e16"), "1e+16\n", "1e+16\n", "1.0e+16\n"}, // a string to YAML 1.1 without the .0
		{json.Number("12345678901234567890123"), "12345678901234567890123\n", "12345678901234567890123\n", "12345678901234567890123\n"},
	} {
		for format, want := range map[Format]string{Text: c.text, JSON: c.json, YAML: c.yaml, YAMLStream: "- " + strings.ReplaceAll(c.yaml, `"`, "")} {
			if got := printed(t, format, c.value); got != want {
				t.Errorf("%s of %#v is %q, want %q", format, c.value, got, want)
			}
		}
	}
}

func TestSpecialFloatIsAnError(t *testing.T) {
	for _, value := range []any{math.NaN(), math.Inf(1), []any{struct{}{}}} {
		w := &writes{}
		if err := Write(w, Text, "", value); err == nil || w.calls != 0 {
			t.Errorf("Write(%v): error %v after %d calls of Write, want an error and none", value, err, w.calls)
		}
	}
	if got := search(t, "@ < `1`", math.NaN()); got != nil {
		t.Errorf("NaN < 1 is %v, want null", got)
	}
	if err := Write(&writes{}, "xml", "", 1); err == nil {
		t.Error("Write took an unknown format")
	}
}

// writes counts the calls of Write, which returns err.
type writes struct {
	calls int
	err   error
}

func (w *writes) Write(p []byte) (int, error) {
	w.calls++
	return len(p), w.err
}

func TestOneWriteAndItsError(t *testing.T) {
	full := errors.New("disk full")
	value := golden.JSON(t, golden.Outputs(t)[0].Text)
	for _, format := range []Format{JSON, YAML, YAMLStream, Text, Table} {
		w := &writes{err: full}
		if err := Write(w, format, "CreateRouteTable", value); !errors.Is(err, full) || w.calls != 1 {
			t.Errorf("%s: error %v after %d calls, want %v after 1", format, err, w.calls, full)
		}
	}
}

func values(depth int) *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward),
		rapid.SampledFrom([]string{"a\n", "\n", "a\nb\n\n", "  a\n b", "\ta", "a\r\nb", "\x01\x7f\u0085\u2028\ufeff", "😀", "Zoë"}))
	options := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), text.AsAny(), text.AsAny(),
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.Float64Range(-1e300, 1e300), func(f float64) any { return f }),
	}
	if depth > 0 {
		inner := values(depth - 1)
		options = append(options, rapid.SliceOfN(inner, 0, 4).AsAny(), rapid.MapOfN(text, inner, 0, 4).AsAny())
	}
	return rapid.OneOf(options...)
}

// Printed JSON and YAML parse to the same value, with the same types.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		value := values(3).Draw(r, "value")
		plain, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		want := asFloats(golden.JSON(t, string(plain)))
		if isEmptyObject(value) {
			return
		}
		if diff := cmp.Diff(want, asFloats(golden.JSON(t, printed(t, JSON, value)))); diff != "" {
			r.Errorf("json (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, asFloats(fromYAML(t, printed(t, YAML, value)))); diff != "" {
			r.Errorf("yaml (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]any{want}, asFloats(fromYAML(t, printed(t, YAMLStream, value)))); diff != "" {
			r.Errorf("yaml-stream (-want +got):\n%s", diff)
		}
	})
}

// asFloats converts all numbers to float64, because decoders differ in their types.
func asFloats(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = asFloats(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = asFloats(v[key])
		}
	case json.Number:
		f, _ := v.Float64()
		return f
	case int:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return value
}

// The table library drops text around a carriage return or a tab. Escaping them after the layout would break the borders.
func TestTableLosesNothing(t *testing.T) {
	for _, value := range []any{
		map[string]any{"a\rb": "secret\rx\ty", "other": "plain"},
		[]any{map[string]any{"a\rb": "secret\rx\ty"}, map[string]any{"a\rb": "1"}},
		map[string]any{"a\rb": []any{"secret\rx\ty"}},
	} {
		got := printed(t, Table, value)
		for _, want := range []string{`secret\rx    y`, `a\rb`} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is missing in\n%s", want, got)
			}
		}
		for line := range strings.Lines(got) {
			if utf8.RuneCountInString(line) != strings.IndexByte(got, '\n')+1 {
				t.Errorf("no rectangle:\n%s", got)
			}
		}
	}
	if got := printed(t, Table, []any{"\x1b[31m\u202e\u200b\u009b\x00\nend"}); !strings.Contains(got, `|  \x1b[31m\u202e\u200b\u009b\x00 `) || !strings.Contains(got, "|  end ") {
		t.Errorf("got\n%s", got)
	}
}

// A table of 80 characters, the width that the AWS CLI assumes, does not change. A wider table has its only row as a column.
func TestTableWiderThanTheTerminal(t *testing.T) {
	for length, header := range map[int]bool{69: true, 70: false} {
		got := printed(t, Table, map[string]any{"a": strings.Repeat("x", length), "b": "y"})
		first, _, _ := strings.Cut(got, "\n")
		if header && len(first) != terminalWidth {
			t.Fatalf("the table is %d characters wide", len(first))
		}
		if vertical := strings.Contains(got, "|  b  |  y "); vertical == header {
			t.Errorf("a cell of %d characters:\n%s", length, got)
		}
	}
}

// All lines of a table have the same width.
func TestTableIsARectangle(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cell := rapid.StringMatching(`[a-z0-9 ]{0,30}`)
		value := rapid.MapOfN(rapid.StringMatching(`[A-Za-z]{1,20}`), rapid.SliceOfN(rapid.MapOfN(rapid.SampledFrom([]string{"Key", "Value", "Id"}),
			rapid.Map(cell, func(s string) any { return s }), 1, 3), 1, 3), 1, 3).Draw(r, "value")
		plain, _ := json.Marshal(value)
		lines := strings.Split(strings.TrimSuffix(printed(t, Table, golden.JSON(t, string(plain))), "\n"), "\n")
		for _, line := range lines {
			if len(line) != len(lines[0]) {
				r.Fatalf("line %q is not as wide as the first:\n%s", line, strings.Join(lines, "\n"))
			}
		}
	})
}

func TestCompileSaysWhatIsWrong(t *testing.T) {
	for expression, want := range map[string]string{
		"RouteTable.":             `query "RouteTable.": column 12: expected a name, *, [ or { after the dot, not the end of the expression`,
		"[":                       `query "[": column 2: the expression ends too early`,
		"a[?b":                    `query "a[?b": column 5: expected ], not the end of the expression`,
		"a[":                      `query "a[": column 3: expected *, not the end of the expression`,
		"length(a":                `query "length(a": column 9: the expression ends too early`,
		"Zoë é":                   `query "Zoë é": column 3: unexpected character 'ë'`,
		"a | lenght(@)":           `query "a | lenght(@)": column 5: there is no function lenght()`,
		"[`1e999`]":               `query "[` + "`1e999`]\": column 2: the number 1e999 is out of range",
		"`{\"a\": [-1e999]}`":     "column 1: the number -1e999 is out of range",
		"length()":                `query "length()": column 1: length() takes 1 argument(s), not 0`,
		"'abc":                    `query "'abc": column 1: '\'' is never closed`,
		strings.Repeat("(", 1000): `nested too deeply`,
	} {
		if _, err := Compile(expression); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("Compile(%q): %v, want %s", expression, err, want)
		}
	}
	query, err := Compile("abs('x')")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = query.Search(nil); err == nil || err.Error() != `query "abs('x')": abs(): argument 1 is of type string, not number` {
		t.Errorf("Search: %v", err)
	}
}

func FuzzQuery(f *testing.F) {
	for _, expression := range []string{"a[?b==`c`].{x:d}", "sort_by(@,&a)[::-1]", "*.a || [] | [0]", "max_by(a, &b)", "contains(a,b) && !c", "to_string(@)", "merge(@,@)", `"a"[1:2:3]`} {
		f.Add(expression, `{"a":[{"b":"c","d":1.5},{"b":null}],"b":["x"],"c":true}`)
	}
	f.Fuzz(func(t *testing.T, expression, document string) {
		decoder := json.NewDecoder(strings.NewReader(document))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			return
		}
		before, _ := json.Marshal(value)
		query, err := Compile(expression)
		if err != nil {
			return
		}
		result, err := query.Search(value)
		if after, _ := json.Marshal(value); !bytes.Equal(before, after) {
			t.Errorf("%q changed %s to %s", expression, before, after)
		}
		if err != nil {
			return
		}
		for _, format := range Formats() {
			if err := Write(&bytes.Buffer{}, format, "Title", result); err != nil && format != YAML && format != YAMLStream {
				t.Errorf("%q of %s as %s: %v", expression, before, format, err)
			}
		}
	})
}
