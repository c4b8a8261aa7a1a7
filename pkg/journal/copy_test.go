package journal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
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

// A copy can be made twice, in both directions.
func TestCopy(t *testing.T) {
	from := Open(t.TempDir())
	for token, end := range map[string]func() (idem.Result, error){"made": matched, "open": unknown, "refused": rejected} {
		intent := intentOf(token)
		intent.Region = "us-east-1"
		runOnce(t, from, intent, end)
	}
	foreign := intentOf("foreign")
	foreign.Profile = "another"
	runOnce(t, from, foreign, matched)
	to, back := newTable(t)(nil), Open(t.TempDir())
	for i, want := range []Copied{{Records: 3, Foreign: 1}, {Present: 3, Foreign: 1}} {
		if got, problems, err := Copy(t.Context(), from, to, anyRecord); got != want || len(problems) > 0 || err != nil {
			t.Errorf("copy %d: %+v, %v, %v", i, got, problems, err)
		}
	}
	if got, _, err := Copy(t.Context(), to, back, anyRecord); got != (Copied{Records: 3}) || err != nil {
		t.Errorf("the copy back: %+v, %v", got, err)
	}
	if got, _, err := Copy(t.Context(), back, to, anyRecord); got != (Copied{Present: 3}) || err != nil {
		t.Errorf("the copy of the copy: %+v, %v", got, err)
	}
	for _, r := range records(t, back) {
		if was, _, _ := from.Find(t.Context(), r.ClientToken); len(was) != 1 || was[0].Outcome != r.Outcome || !was[0].StartedAt.Equal(r.StartedAt) || was[0].Attempts != r.Attempts {
			t.Errorf("%s: from %+v to %+v", r.ClientToken, was, r)
		}
	}
}

// An intent that was settled in one journal does not stay open in the other, whichever is copied to the other. A run of another time stays: EC2 may
// have forgotten the token between the two.
func TestCopySettles(t *testing.T) {
	newFolder := func(t *testing.T) *Journal { return Open(t.TempDir()) }
	inTable := func(t *testing.T) *Journal { return newTable(t)(nil) }
	for name, stores := range map[string][2]func(*testing.T) *Journal{
		"folder to folder": {newFolder, newFolder}, "folder to table": {newFolder, inTable},
		"table to folder": {inTable, newFolder}, "table to table": {inTable, inTable},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := stores[0](t), stores[1](t)
			intent := intentOf("T")
			intent.Region = "us-east-1"
			copied := func(from, to *Journal, want Copied, outcome idem.Outcome) {
				t.Helper()
				got, problems, err := Copy(t.Context(), from, to, anyRecord)
				if got != want || len(problems) > 0 || err != nil {
					t.Errorf("copied: %+v, %v, %v; want %+v", got, problems, err, want)
				}
				if found := records(t, to); len(found) != 1 || found[0].Outcome != outcome {
					t.Errorf("on record: %+v, want %s", found, outcome)
				}
			}
			runOnce(t, from, intent, unknown)
			copied(from, to, Copied{Records: 1}, idem.OutcomeUnknown)
			runOnce(t, to, intent, matched)
			copied(from, to, Copied{Present: 1}, idem.Succeeded)
			copied(to, from, Copied{Records: 1}, idem.Succeeded)
			copied(to, from, Copied{Present: 1}, idem.Succeeded)
			copied(from, to, Copied{Present: 1}, idem.Succeeded)

			later := newFolder(t)
			later.clock = func() time.Time { return time.Now().Add(48 * time.Hour) }
			runOnce(t, later, intent, unknown)
			copied(from, later, Copied{Records: 1}, idem.OutcomeUnknown)
			copied(later, to, Copied{Records: 1}, idem.OutcomeUnknown)
		})
	}
}
