package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/cli"
)

// For one answer of EC2 the program prints what AWS CLI 2.36.7 printed: text and yaml byte for byte, json value for value, table
// with the same cells, and each query.
func TestGolden(t *testing.T) {
	answer := golden(t, "create-route-table.xml")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
		_, _ = w.Write([]byte(answer)) // a client that has gone will say so
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_EC2": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "", "AWS_CA_BUNDLE": "",
		"AWS_DEFAULT_OUTPUT": "", "AWSIDEM_JOURNAL": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} { // which are refused if they are empty
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"text", "json", "yaml", "yaml-stream", "table"} {
		t.Run(format, func(t *testing.T) {
			compare(t, format, create(t, "--output", format), golden(t, "create-route-table."+format))
		})
	}
	for line := range strings.Lines(golden(t, "create-route-table.queries.tsv")) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		file, format, query := fields[0], fields[1], fields[2]
		t.Run(query, func(t *testing.T) {
			compare(t, format, create(t, "--output", format, "--query", query), golden(t, file))
		})
	}
}

func golden(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// create returns what a create that must succeed prints.
func create(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := cli.System()
	env.Out, env.Err = &stdout, &stderr
	args = append([]string{
		"create-route-table", "--vpc-id", "vpc-00c84bd9dcad1d728", "--client-token", "abf653c2-09a2-426d-bd2d-acaac0c98a28", "--no-wait",
	}, args...)
	if code := cli.Main(t.Context(), args, env); code != 0 || stderr.Len() > 0 {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	return stdout.String()
}

func compare(t *testing.T, format, got, want string) {
	t.Helper()
	diff := cmp.Diff(want, got)
	switch format {
	case "json":
		diff = cmp.Diff(fromJSON(t, want), fromJSON(t, got))
	case "table":
		diff = cmp.Diff(cells(want), cells(got))
	}
	if diff != "" {
		t.Errorf("-the AWS CLI +awsidem\n%s", diff)
	}
}

func fromJSON(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return v
}

// cells are the words of a table, line by line, without the drawing: how wide a tab is, is a matter of drawing.
func cells(table string) (rows [][]string) {
	for line := range strings.Lines(table) {
		var row []string
		for cell := range strings.SplitSeq(line, "|") {
			if text := strings.Join(strings.Fields(cell), " "); strings.Trim(text, "+-") != "" {
				row = append(row, text)
			}
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}
