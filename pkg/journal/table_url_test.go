package journal

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// The command that mends a table has the options of the table's URL, for they say where the table is. A shell can read it.
func TestCommandOfTableError(t *testing.T) {
	for code, test := range map[string]struct{ location, want string }{
		"ResourceNotFoundException": {"dynamodb://abc?region=eu-west-1&profile=it's", `awsidem journal init 'dynamodb://abc?region=eu-west-1&profile=it'\''s'`},
		"AccessDeniedException":     {"dynamodb://abc?lease=5s", "awsidem journal init --policy 'dynamodb://abc?lease=5s'"},
		"ValidationException":       {"dynamodb://abc?lease=5s", "awsidem journal init 'dynamodb://ANOTHER_NAME?lease=5s'"},
		"none":                      {"dynamodb://abc?lease=5s", ""},
	} {
		parsed, err := ParseTable(test.location)
		if err != nil {
			t.Fatal(err)
		}
		var failed *TableError
		if err := (&table{Table: parsed}).explain(t.Context(), &idem.AttemptError{Code: code}); !errors.As(err, &failed) || failed.Command != test.want {
			t.Errorf("%s: %+v; want %s", code, failed, test.want)
		}
	}
}

func TestParseTable(t *testing.T) {
	for location, want := range map[string]Table{
		"dynamodb://abc":  {Name: "abc", Lease: time.Minute},
		"dynamodb://abc/": {Name: "abc", Lease: time.Minute},
		"dynamodb://a-b?region=eu-west-1&endpoint=http://127.0.0.1:1/&profile=p&lease=5s&keep=90d": {"a-b", "eu-west-1", "http://127.0.0.1:1", "p", 5 * time.Second, 90 * 24 * time.Hour, "?region=eu-west-1&endpoint=http://127.0.0.1:1/&profile=p&lease=5s&keep=90d"},
	} {
		if got, err := ParseTable(location); err != nil || got != want || !IsTable(location) {
			t.Errorf("%s: %+v, %v", location, got, err)
		}
	}
	for _, location := range []string{
		"dynamodb://", "dynamodb://ab", "dynamodb://a/b", "dynamodb://abc?x=1", "dynamodb://abc?region=", "dynamodb://abc?region=a&region=b", "dynamodb://abc?lease=1s",
		"dynamodb://abc?lease=1h", "dynamodb://abc?keep=1h", "dynamodb://abc?keep=0d", "dynamodb://abc?endpoint=nowhere", "dynamodb://abc?endpoint=http://u:p@h", "dynamodb://abc?%zz",
	} {
		if got, err := ParseTable(location); err == nil {
			t.Errorf("%s: %+v", location, got)
		}
	}
}

// A name with a scheme stands for a table or for nothing. Each other name is a folder.
func TestLocate(t *testing.T) {
	t.Chdir("/")
	folder := func(path string) string { // Windows puts the drive before it
		abs, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		return abs
	}
	for name, want := range map[string]string{
		"/j": folder("/j"), "relative": folder("/relative"), "dynamodb://abc": "dynamodb://abc", "dynamodb://abc?keep=90d": "dynamodb://abc?keep=90d",
		"dynamodb:/abc": "", "DynamoDB://abc": "", " dynamodb://abc": "", "arn:aws:dynamodb:us-east-1:1:table/abc": "", "s3://bucket/key": "",
	} {
		if got, err := Locate(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}
