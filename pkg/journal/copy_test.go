package journal

import (
	"errors"
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
		got, problems, err := Copy(t.Context(), from, to)
		var large *TooLargeError
		if got != want || err != nil || len(problems) != 1 || !errors.As(problems[0], &large) {
			t.Errorf("copy %d: %+v, %v, %v", i, got, problems, err)
		}
	}
}
