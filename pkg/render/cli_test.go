package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/awstest/golden"
)

// The answer of one create is printed as the AWS CLI printed it, in each format and for each query.
func TestGolden(t *testing.T) {
	outputs := golden.Outputs(t)
	answer := golden.JSON(t, outputs[0].Text)
	for _, output := range outputs {
		t.Run(cmp.Or(output.Query, output.Format), func(t *testing.T) {
			golden.Compare(t, output.Format, printed(t, Format(output.Format), search(t, output.Query, answer)), output.Text)
		})
	}
	expectNothing(t, Off, answer)
}

// The AWS CLI's own modules printed these values and queries, see testdata/cli/record.py.
func TestCLI(t *testing.T) {
	data, err := os.ReadFile("testdata/cli/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var c struct {
			Value             json.RawMessage
			Query             string
			Fails             string
			JSON, Text, Table *string
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		name := c.Query
		if name == "" {
			name = string(c.Value)
		}
		t.Run(name, func(t *testing.T) {
			value := golden.JSON(t, string(c.Value))
			query, err := Compile(c.Query)
			// Compile refuses a wrong call that the AWS CLI finds in the search.
			if failed := err != nil; failed && c.Fails == "" || !failed && c.Fails == "compile" {
				t.Fatalf("Compile: %v, the AWS CLI: fails=%q", err, c.Fails)
			}
			if err != nil {
				return
			}
			result, err := query.Search(value)
			if failed := err != nil; failed != (c.Fails == "search") {
				t.Fatalf("Search: %v, the AWS CLI: fails=%q", err, c.Fails)
			}
			if diff := gocmp.Diff(golden.JSON(t, string(c.Value)), value); diff != "" {
				t.Errorf("the search changed the value:\n%s", diff)
			}
			for format, want := range map[Format]*string{JSON: c.JSON, Text: c.Text, Table: c.Table} {
				if want != nil {
					golden.Compare(t, string(format), printed(t, format, result), *want)
				}
			}
		})
	}
}

func search(t *testing.T, expression string, value any) any {
	t.Helper()
	query, err := Compile(expression)
	if err != nil {
		t.Fatal(err)
	}
	result, err := query.Search(value)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func printed(t *testing.T, format Format, value any) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, "CreateRouteTable", value); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func fromYAML(t *testing.T, text string) (value any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return value
}
