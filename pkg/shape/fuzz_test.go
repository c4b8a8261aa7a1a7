package shape

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode"
)

// check checks the result of a parser: a value decodes into its shape, and an error is safe to print on a terminal.
func check(t *testing.T, shape reflect.Type, got map[string]any, err error) {
	t.Helper()
	if err != nil {
		if i := strings.IndexFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
			t.Errorf("control character in %q", err)
		}
		return
	}
	in := reflect.New(shape)
	if err := Decode(got, in.Interface()); err != nil {
		t.Errorf("decoding %v: %v", got, err)
	}
	if back := Encode(in.Interface()); !reflect.DeepEqual(back, got) {
		// Encode leaves out an empty enum and has one notation for timestamps. A second round must change nothing.
		again := reflect.New(shape)
		if err := Decode(back, again.Interface()); err != nil || !reflect.DeepEqual(Encode(again.Interface()), back) {
			t.Errorf("%v came back as %v (%v)", got, back, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("ResourceType='a\\'b',Tags=[{Key=a,Value=\"b\"},{Key@=file://x}]")
	f.Add("Name=n,Values=a,b\\,c,,d=e")
	f.Add(`[{"ResourceType":"a"}]`)
	cases, err := os.ReadFile("testdata/awscli.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(cases)) {
		var c struct{ Args []string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			f.Fatal(err)
		}
		f.Add(c.Args[0])
	}
	ops := []struct{ op, flag string }{
		{"create-route-table", "tag-specifications"}, {"create-route-table", "vpc-id"}, {"describe-instances", "filters"},
		{"describe-instances", "instance-ids"}, {"run-instances", "block-device-mappings"}, {"describe-instances", "max-results"},
		{"modify-instance-attribute", "instance-initiated-shutdown-behavior"}, {"import-key-pair", "public-key-material"},
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range ops {
			m := member(t, o.op, o.flag)
			v, err := Parse(m, []string{text}, noFile)
			check(t, inputs[o.op], map[string]any{m.Name: v}, err)
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	for op, in := range inputs {
		f.Add(Skeleton(in, Notes{}))
		f.Add([]byte(`{"DryRun":true,"` + op + "\":\"\x1b\"}"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, in := range inputs {
			got, err := ParseJSON(in, "it", data)
			check(t, in, got, err)
			if err == nil && !json.Valid(data) {
				t.Errorf("%q is not JSON", data)
			}
		}
	})
}

func FuzzParseYAML(f *testing.F) {
	for _, in := range inputs {
		f.Add(SkeletonYAML(in, Notes{}))
	}
	f.Add([]byte("VpcId: &a x\nClientToken: *a\n<<: {DryRun: yes}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, in := range inputs {
			got, err := ParseYAML(in, "it", data)
			check(t, in, got, err)
		}
	})
}
