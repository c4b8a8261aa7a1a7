package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// awkward strings have another type, or are syntax errors, if a YAML 1.1 or 1.2 document has them unquoted.
var awkward = []string{"no", "Yes", "on", "OFF", "y", "N", "true", "null", "~", "", "1e3", "1e+3", ".5", "1_000", "0x1F", "017",
	"0o17", "0b1", "12:30:45", "1:2", "190:20:30.5", "2001-01-01", "2001-01-01T00:00:00Z", ".inf", ".NaN", "=", "<<", " a", "a ",
	"- a", "a: b", "a #b", "#", "[", "{a}", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "'", "\"", "?", ":", "-", "---", "141035231386"}

func TestAwkwardStringsAreQuotedInYAML(t *testing.T) {
	for _, text := range awkward {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(printed(t, YAML, []any{text})), &document); err != nil {
			t.Fatal(err)
		}
		if node := document.Content[0].Content[0]; node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 || node.Value != text {
			t.Errorf("%q is written as %q", text, node.Value)
		}
	}
}

// Encoding in parts writes the same as encoding at once.
func TestLongListsInYAML(t *testing.T) {
	var list []any
	for i := range 2*partSize + 1 {
		list = append(list, map[string]any{"Number": i, "Tags": []any{"a", []any{}, map[string]any{"k": "a: b"}}})
	}
	for _, value := range []any{
		list, list[:partSize], map[string]any{"Empty": []any{}, "Intents": list, "Last": "x"}, map[string]any{strings.Repeat("x", 129): list}, []any{}, []any{list},
	} {
		for format, whole := range map[Format]any{YAML: value, YAMLStream: []any{value}} {
			var want bytes.Buffer
			if err := encodeYAML(&want, yamlNode(whole)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), printed(t, format, value)); diff != "" {
				t.Errorf("%s (-at once +in parts):\n%s", format, diff)
			}
		}
	}
}

// The library's block style drops blanks after a leading tab.
func TestTabsInYAML(t *testing.T) {
	for _, text := range []string{"\t\n", "\t\ta\n", "\n\ta", " \t\n", "a\n\t\n", "\t"} {
		want := map[string]any{text: []any{text}}
		if diff := cmp.Diff(any(want), fromYAML(t, printed(t, YAML, want))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// The AWS CLI does not indent the items of a list.
func TestYAMLLayout(t *testing.T) {
	want := "Routes:\n- A: '1'\n  B:\n  - x\n"
	value := map[string]any{"Routes": []any{map[string]any{"A": "1", "B": []any{"x"}}}}
	if got := strings.ReplaceAll(printed(t, YAML, value), `"`, "'"); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
