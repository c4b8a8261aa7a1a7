// Package golden has the output of AWS CLI 2.36.7 for one answer of EC2, and compares the output of awsidem with it.
package golden

import (
	"embed"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/text"
)

//go:embed testdata
var files embed.FS

// read returns the content of a file in testdata.
func read(t testing.TB, name string) string {
	t.Helper()
	data, err := files.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Answer returns EC2's answer to the CreateRouteTable.
func Answer(t testing.TB) string {
	t.Helper()
	return read(t, "create-route-table.xml")
}

// An Output is the output of the AWS CLI for the answer.
type Output struct {
	Format string
	Query  string // "": the whole answer
	Text   string
}

// Outputs returns the whole answer in each format, first in JSON, and the results of 13 queries.
func Outputs(t testing.TB) []Output {
	t.Helper()
	var all []Output
	for _, format := range []string{"json", "yaml", "yaml-stream", "text", "table"} {
		all = append(all, Output{Format: format, Text: read(t, "create-route-table."+format)})
	}
	for line := range strings.Lines(read(t, "create-route-table.queries.tsv")) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, Output{Format: fields[1], Query: fields[2], Text: read(t, fields[0])})
	}
	return all
}

// Compare fails the test if got differs from want, which the AWS CLI printed in a format. It compares JSON by value, and a table by its cells, in
// which awsidem escapes control characters. It compares any other format byte for byte.
func Compare(t testing.TB, format, got, want string) {
	t.Helper()
	diff := cmp.Diff(want, got)
	switch {
	case format == "json" && got != "" && want != "":
		diff = cmp.Diff(JSON(t, want), JSON(t, got))
	case format == "table":
		diff = cmp.Diff(cells(want), cells(got))
	}
	if diff != "" {
		t.Errorf("%s (-the AWS CLI +awsidem):\n%s", format, diff)
	}
}

// JSON returns the value of a JSON text, with its numbers as json.Number.
func JSON(t testing.TB, text string) (value any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&value)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return value
		}
	}
	t.Fatalf("%q is not one JSON value: %v", text, err)
	return nil
}

// cells returns the cells of each line of a table that has any, with single blanks.
func cells(table string) (rows [][]string) {
	for line := range strings.Lines(table) {
		var row []string
		for cell := range strings.SplitSeq(line, "|") {
			words := strings.Fields(text.Printable(strings.ReplaceAll(cell, "\t", " "), "\n"))
			if cell := strings.Join(words, " "); strings.Trim(cell, "+-") != "" {
				row = append(row, cell)
			}
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}
