package render

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/text"
)

// AWS CLI 2.36.7 printed these files for the answer of one create, in every format and with 13 queries.
func TestGolden(t *testing.T) {
	answer := fromJSON(t, golden(t, "json"))
	for _, format := range Formats() {
		t.Run(string(format), func(t *testing.T) {
			if format == Off {
				expectNothing(t, format, answer)
				return
			}
			comparePrinted(t, format, printed(t, format, answer), golden(t, string(format)))
		})
	}
	for line := range strings.Lines(golden(t, "queries.tsv")) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		format, query := Format(fields[1]), fields[2]
		t.Run(query, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", "golden", fields[0]))
			if err != nil {
				t.Fatal(err)
			}
			comparePrinted(t, format, printed(t, format, search(t, query, answer)), string(want))
		})
	}
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
			value := fromJSON(t, string(c.Value))
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
			if diff := cmp.Diff(fromJSON(t, string(c.Value)), value); diff != "" {
				t.Errorf("the search changed the value:\n%s", diff)
			}
			for format, want := range map[Format]*string{JSON: c.JSON, Text: c.Text, Table: c.Table} {
				if want != nil {
					comparePrinted(t, format, printed(t, format, result), *want)
				}
			}
		})
	}
}

// comparePrinted compares text byte for byte, JSON by value, and a table by its cells, in which this package escapes control
// characters.
func comparePrinted(t *testing.T, format Format, got, want string) {
	t.Helper()
	var diff string
	switch format {
	case JSON:
		if got == "" || want == "" {
			diff = cmp.Diff(want, got)
		} else {
			diff = cmp.Diff(fromJSON(t, want), fromJSON(t, got))
		}
	case Table:
		diff = cmp.Diff(cellsOf(want), cellsOf(got))
	default:
		diff = cmp.Diff(want, got)
	}
	if diff != "" {
		t.Errorf("%s (-the AWS CLI +this package):\n%s", format, diff)
	}
}

// cellsOf returns the cells of each line of a table that has any, their white space normalized.
func cellsOf(drawn string) (rows [][]string) {
	for line := range strings.Lines(drawn) {
		var cells []string
		for cell := range strings.SplitSeq(line, "|") {
			words := strings.Fields(text.Printable(strings.ReplaceAll(cell, "\t", " "), "\n"))
			if cell := strings.Join(words, " "); strings.Trim(cell, "+-") != "" {
				cells = append(cells, cell)
			}
		}
		if cells != nil {
			rows = append(rows, cells)
		}
	}
	return rows
}

func golden(t *testing.T, kind string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden", "create-route-table."+kind))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
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

func fromJSON(t *testing.T, text string) (value any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return value
}

func fromYAML(t *testing.T, text string) (value any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return value
}
