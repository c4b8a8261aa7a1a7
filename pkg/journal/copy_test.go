package journal

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// A record that an item can't hold does not keep the others from being copied.
func TestCopyTooLarge(t *testing.T) {
	from, to := Open(t.TempDir()), newTable(t)(nil)
	for _, token := range []string{"A", "B", "C"} {
		intent := intentOf(token)
		intent.Region = "us-east-1"
		if token == "B" {
			intent.Input["UserData"] = strings.Repeat("x", dynamodb.MaxSize)
		}
		runOnce(t, from, intent, matched)
	}
	for i, want := range []Copied{{Records: 2}, {Present: 2}} {
		got, problems, err := Copy(t.Context(), from, to, anyRecord)
		var large *TooLargeError
		if got != want || err != nil || len(problems) != 1 || !errors.As(problems[0], &large) {
			t.Errorf("copy %d: %+v, %v, %v", i, got, problems, err)
		}
	}
}

func anyRecord(Record) bool { return true }

// A record that is not trusted is not copied.
func TestCopyOfTrusted(t *testing.T) {
	from, to := Open(t.TempDir()), Open(t.TempDir())
	for _, token := range []string{"ours", "theirs"} {
		runOnce(t, from, intentOf(token), unknown)
	}
	got, problems, err := Copy(t.Context(), from, to, func(r Record) bool { return r.ClientToken == "ours" })
	if want := (Copied{Records: 1, Foreign: 1}); got != want || len(problems) > 0 || err != nil {
		t.Errorf("%+v, %v, %v", got, problems, err)
	}
	if found := records(t, to); len(found) != 1 || found[0].ClientToken != "ours" {
		t.Errorf("copied: %+v", found)
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
