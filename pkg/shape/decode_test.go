package shape

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"pgregory.net/rapid"
)

// A wide has a member of each kind: those in EC2's shapes, and a map, which other services have.
type wide struct {
	S    *string
	Enum types.ResourceType
	B    *bool
	I32  *int32
	I64  *int64
	F32  *float32
	F64  *float64
	Time *time.Time
	Blob []byte
	One  *types.Tag
	List []types.Tag
	Ints []int32
	Map  map[string]types.Tag
	Self *wide

	ResultMetadata struct{ X *string }
	unexported     string //nolint:unused // Members leaves it out
}

func ptr[T any](v T) *T { return &v }

func TestEncodeDecode(t *testing.T) {
	at := time.Date(2024, 1, 22, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in   wide
		want map[string]any
	}{
		{wide{}, map[string]any{}},
		{
			wide{S: ptr(""), B: ptr(false), I32: ptr[int32](0), List: []types.Tag{}, Blob: []byte{}, One: &types.Tag{}, Map: map[string]types.Tag{}},
			map[string]any{"S": "", "B": false, "I32": 0.0, "List": []any{}, "Blob": "", "One": map[string]any{}, "Map": map[string]any{}},
		},
		{
			wide{Enum: "vpc", I64: ptr(int64(1)<<53 + 1), F32: ptr[float32](0.1), F64: ptr(1e300), Time: &at, Blob: []byte{255}},
			map[string]any{"Enum": "vpc", "I64": int64(1)<<53 + 1, "F32": 0.1, "F64": 1e300, "Time": "2024-01-22T10:00:00+00:00", "Blob": "/w=="},
		},
		{wide{I64: ptr(int64(1) << 53)}, map[string]any{"I64": 0x1p53}},
		{wide{I64: ptr(int64(-1) << 53)}, map[string]any{"I64": -0x1p53}},
		{
			wide{Time: ptr(at.Add(1500 * time.Microsecond)), Ints: []int32{-1}, Map: map[string]types.Tag{"k": {Key: ptr("a")}}, Self: &wide{S: ptr("x")}},
			map[string]any{"Time": "2024-01-22T10:00:00.001500+00:00", "Ints": []any{-1.0}, "Map": map[string]any{"k": map[string]any{"Key": "a"}}, "Self": map[string]any{"S": "x"}},
		},
	} {
		got := Encode(&c.in)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("encode: got %#v\nwant %#v", got, c.want)
		}
		var back wide
		if err := Decode(got, &back); err != nil || !reflect.DeepEqual(back, c.in) {
			t.Errorf("decode %v: got %+v, %v", got, back, err)
		}
	}
	if got := Encode((*ec2.CreateRouteTableOutput)(nil)); got != nil {
		t.Errorf("encode nil: got %v", got)
	}
	if got := Encode(nil); got != nil {
		t.Errorf("encode nothing: got %v", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		value map[string]any
		want  string
	}{
		{map[string]any{"I32": 1e10}, "I32: want an integer, got the number 1e+10"},
		{map[string]any{"I32": 1.5}, "I32: want an integer, got the number 1.5"},
		{map[string]any{"I64": 0x1p63}, "I64: want an integer, got the number 9.223372036854776e+18"},
		{map[string]any{"I64": 1e19}, "I64: want an integer, got the number 1e+19"},
		{map[string]any{"F32": 1e300}, "F32: want a number, got the number 1e+300"},
		{map[string]any{"F64": json.Number("1e999")}, "F64: want a number, got the number 1e999"},
		{map[string]any{"F64": json.Number("Inf")}, "F64: want a number, got the number Inf"},
		{map[string]any{"F64": json.Number("NaN")}, "F64: want a number, got the number NaN"},
		{map[string]any{"F64": math.Inf(-1)}, "F64: want a number, got the number -Inf"},
		{map[string]any{"F64": math.NaN()}, "F64: want a number, got the number NaN"},
		{map[string]any{"Time": "today"}, `Time: want a timestamp, got the string "today" (as in 2024-01-22T10:00:00Z)`},
		{map[string]any{"Time": "9999-12-31T23:59:59-01:00"}, `Time: want a timestamp, got the string "9999-12-31T23:59:59-01:00" (as in 2024-01-22T10:00:00Z)`},
		{map[string]any{"Blob": "?"}, `Blob: want base64 text, got the string "?"`},
		{map[string]any{"Map": map[string]any{"\x1b": 1}}, `Map["\x1b"]: want a structure, got the number 1`},
		{map[string]any{"unexported": ""}, `unknown member "unexported"`},
		{map[string]any{"S": 1}, "S: want a string, got the number 1 (quote it)"},
		{map[string]any{"S": struct{}{}}, "S: want a string, got a struct {}"},
	} {
		err := Decode(c.value, new(wide))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %v", c.value, err, c.want)
		}
	}
	for _, into := range []any{nil, wide{}, (*wide)(nil), new(string)} {
		if err := Decode(nil, into); err == nil {
			t.Errorf("decoded into a %T", into)
		}
	}
	var in wide
	if err := Decode(map[string]any{"Time": 1.5, "I32": 3, "I64": -0x1p63, "F64": 2}, &in); err != nil || *in.I64 != math.MinInt64 || *in.Time != time.Unix(1, 5e8).UTC() || *in.I32 != 3 || *in.F64 != 2 {
		t.Errorf("got %+v, %v", in, err)
	}
}

func drawPtr[T any](t *rapid.T, g *rapid.Generator[T], name string) *T {
	return rapid.Ptr(g, true).Draw(t, name)
}

// drawTags returns nil, an empty list or some specifications. Their texts do not end in a backslash, which would escape the quote
// in shorthand.
func drawTags(t *rapid.T) []types.TagSpecification {
	text := rapid.String().Filter(func(s string) bool { return !strings.HasSuffix(s, `\`) })
	tag := rapid.Custom(func(t *rapid.T) types.Tag {
		return types.Tag{Key: drawPtr(t, text, "key"), Value: drawPtr(t, text, "value")}
	})
	return rapid.OneOf(rapid.Just[[]types.TagSpecification](nil), rapid.SliceOf(rapid.Custom(func(t *rapid.T) types.TagSpecification {
		return types.TagSpecification{
			ResourceType: rapid.SampledFrom(append(types.ResourceType("").Values(), "")).Draw(t, "type"),
			Tags:         rapid.OneOf(rapid.Just[[]types.Tag](nil), rapid.SliceOf(tag)).Draw(t, "tags"),
		}
	}))).Draw(t, "specifications")
}

func TestDecodeUndoesEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		in := ec2.CreateRouteTableInput{VpcId: drawPtr(t, text, "vpc"), ClientToken: drawPtr(t, text, "token"),
			DryRun: drawPtr(t, rapid.Bool(), "dry"), TagSpecifications: drawTags(t)}
		var back ec2.CreateRouteTableInput
		if err := Decode(Encode(in), &back); err != nil || !reflect.DeepEqual(in, back) {
			t.Fatalf("got %+v, %v", back, err)
		}
		acl := ec2.CreateNetworkAclInput(in) // does not compile if the members of the two inputs differ
		var backACL ec2.CreateNetworkAclInput
		if err := Decode(Encode(&acl), &backACL); err != nil || !reflect.DeepEqual(acl, backACL) {
			t.Fatalf("got %+v, %v", backACL, err)
		}
	})
}

// spell returns a generic value in shorthand, with braces and brackets.
func spell(v any) string {
	var parts []string
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			parts = append(parts, spell(element))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		for key, value := range v {
			parts = append(parts, key+"="+spell(value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v.(string)) + "'"
}

func TestShorthandParsesBack(t *testing.T) {
	m := member(t, "create-route-table", "tag-specifications")
	rapid.Check(t, func(t *rapid.T) {
		want, _ := Encode(ec2.CreateRouteTableInput{TagSpecifications: drawTags(t)})[m.Name].([]any)
		var args []string
		for _, structure := range want {
			if len(structure.(map[string]any)) == 0 {
				t.Skip("shorthand has no empty structure on the outside")
			}
			args = append(args, strings.TrimSuffix(strings.TrimPrefix(spell(structure), "{"), "}"))
		}
		if len(args) == 0 {
			t.Skip("nothing to write")
		}
		got, err := Parse(m, args, noFile)
		if err != nil || !reflect.DeepEqual(got, any(want)) {
			t.Fatalf("%q: got %v, %v", args, got, err)
		}
	})
}
