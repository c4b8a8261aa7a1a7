package journal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

func intentOf(token string) idem.Intent {
	return idem.Intent{
		Operation: "CreateRouteTable", ClientToken: token, Input: map[string]any{"VpcId": "vpc-1", "Tags": []any{map[string]any{"Key": "a"}}},
		Region: "eu-west-1", Endpoint: "http://127.0.0.1:1", Profile: "p",
	}
}

// The ends of a run.
var (
	matched   = func() (idem.Result, error) { return idem.Result{ResourceID: "rtb-1", Attempts: 2}, nil }
	unknown   = ended(idem.OutcomeUnknown, idem.Unknown)
	rejected  = ended(idem.NothingCreated, idem.Rejected)
	throttled = ended(idem.NothingCreated, idem.NotApplied)
	mismatch  = ended(idem.NothingCreated, idem.Mismatch)
	unsent    = func() (idem.Result, error) {
		return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: context.Canceled}
	}
)

func ended(outcome idem.Outcome, verdict idem.Verdict) func() (idem.Result, error) {
	return func() (idem.Result, error) {
		last := &idem.AttemptError{Verdict: verdict, Message: "no"}
		return idem.Result{}, &idem.OutcomeError{Outcome: outcome, Attempts: 1, Last: last, Err: last}
	}
}

// runOnce makes a run of an intent end so, and returns the outcome that its caller sees.
func runOnce(t *testing.T, j *Journal, intent idem.Intent, end func() (idem.Result, error)) idem.Outcome {
	t.Helper()
	creator := Wrap(j.Entry(t.Context(), intent), idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		if r, ok := j.Entry(t.Context(), intent).Past(); !ok || r.Outcome != idem.OutcomeUnknown || !r.Running() {
			t.Errorf("while it is sent its record is %+v, %v", r, ok)
		}
		return end()
	}), false, func(err error) { t.Error(err) })
	_, err := creator.Create(t.Context(), intent)
	var outcome *idem.OutcomeError
	switch {
	case err == nil:
		return idem.Succeeded
	case errors.As(err, &outcome):
		return outcome.Outcome
	}
	t.Fatal(err)
	return ""
}

// begin begins a run of the intent T.
func begin(t *testing.T, j *Journal) *Entry {
	t.Helper()
	entry := j.Entry(t.Context(), intentOf("T"))
	if err := entry.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return entry
}

// files lists what lies in a folder, by path, with its contents.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type().IsRegular() {
			data, err := os.ReadFile(path)
			found[strings.TrimPrefix(path, dir+"/")] = string(data)
			return err
		}
		found[strings.TrimPrefix(path, dir+"/")] = entry.Type().String()
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

func records(t *testing.T, j *Journal) []Record {
	t.Helper()
	found, problems, err := j.Records(t.Context())
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return found
}

// dies makes a record that of a process that was killed.
func dies(t *testing.T, j *Journal, r Record) {
	t.Helper()
	if table, ok := j.store.(*table); ok {
		run := table.newRun(r.Intent, namesOf(r.Intent))
		err := run.read(t.Context())
		if err == nil {
			err = run.update(t.Context(), func(c *content) error {
				dead := c.runs[runID(r.file)]
				dead.lease.end = time.Now().Add(-time.Minute)
				c.runs[runID(r.file)] = dead
				return nil
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	r.process.Start = "before"
	data, err := r.encode()
	if err == nil {
		err = os.WriteFile(j.path("unknown", r.file), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An intent is unknown as soon as one of its attempts was, and only a match or a mismatch ends that: a later rejection, an
// interrupt or the end of the budget leaves it unknown. No caller sees "nothing was created" if something is on record.
func TestOutcome(t *testing.T) {
	t.Run("folder", func(t *testing.T) {
		testOutcome(t, func(t *testing.T) *Journal { return Open(filepath.Join(t.TempDir(), "a", "b")) })
	})
	t.Run("table", func(t *testing.T) { testOutcome(t, func(t *testing.T) *Journal { return newTable(t)(nil) }) })
}

func testOutcome(t *testing.T, open func(t *testing.T) *Journal) {
	t.Helper()
	for _, test := range []struct {
		name string
		ends []func() (idem.Result, error)
		told idem.Outcome // of the last run
		want Record
	}{
		{"matched", ends(matched), idem.Succeeded, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 2}},
		{"unknown", ends(unknown), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 1}},
		{"rejected", ends(rejected), idem.NothingCreated, Record{Outcome: idem.NothingCreated, Attempts: 1}},
		{"mismatch", ends(mismatch), idem.NothingCreated, Record{Outcome: idem.NothingCreated, Attempts: 1}},
		{"unsent", ends(unsent), idem.NothingCreated, Record{Outcome: idem.NothingCreated}},
		{"unknown, matched", ends(unknown, matched), idem.Succeeded, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 3}},
		{"unknown, rejected", ends(unknown, rejected), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 2}},
		{"unknown, throttled", ends(unknown, throttled), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 2}},
		{"unknown, unsent", ends(unknown, unsent), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 1}},
		{"unknown, rejected, rejected", ends(unknown, rejected, rejected), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 3}},
		{"unknown, rejected, matched", ends(unknown, rejected, matched), idem.Succeeded, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 4}},
		{"unknown, mismatch", ends(unknown, mismatch), idem.NothingCreated, Record{Outcome: idem.NothingCreated, Attempts: 2}},
		{"rejected, matched", ends(rejected, matched), idem.Succeeded, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 2}},
		{"rejected, unknown", ends(rejected, unknown), idem.OutcomeUnknown, Record{Outcome: idem.OutcomeUnknown, Attempts: 1}},
		{"matched, rejected", ends(matched, rejected), idem.OutcomeUnknown, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 2}},
		{"matched, mismatch", ends(matched, mismatch), idem.NothingCreated, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 2}},
		{"matched, matched", ends(matched, matched), idem.Succeeded, Record{Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Attempts: 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := open(t)
			var told idem.Outcome
			for _, end := range test.ends {
				told = runOnce(t, j, intentOf("T"), end)
			}
			found := records(t, j)
			if told != test.told || len(found) != 1 {
				t.Fatalf("told %q, want %q; on record %+v", told, test.told, found)
			}
			got := found[0]
			if got.StartedAt.IsZero() || got.FinishedAt.Before(got.StartedAt) || got.Running() {
				t.Errorf("from %s to %s, running %t", got.StartedAt, got.FinishedAt, got.Running())
			}
			if diff := cmp.Diff(intentOf("T"), got.Intent); diff != "" {
				t.Error(diff)
			}
			if got.Outcome != test.want.Outcome || !slices.Equal(got.ResourceIDs, test.want.ResourceIDs) || got.Attempts != test.want.Attempts {
				t.Errorf("on record: %+v", got)
			}
			if j.Shared() {
				return
			}
			if left := files(t, j.path(string(idem.OutcomeUnknown))); (len(left) > 1) != (test.want.Outcome == idem.OutcomeUnknown) || len(left) > 2 {
				t.Errorf("in unknown/: %v", left)
			}
			if left := files(t, j.path("tmp")); len(left) != 1 {
				t.Errorf("in tmp/: %v", left)
			}
		})
	}
}

// Once the resource is made, the record of an earlier refusal goes.
func TestRejectedThenMade(t *testing.T) {
	inEachStore(t, func(t *testing.T, j *Journal) {
		runOnce(t, j, intentOf("T"), rejected)
		runOnce(t, j, intentOf("T"), matched)
		_, err := j.store.records(t.Context(), "", false, func(found []Record) error {
			if len(found) != 1 || found[0].Outcome != idem.Succeeded {
				t.Errorf("in the store: %+v", found)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func ends(all ...func() (idem.Result, error)) []func() (idem.Result, error) { return all }

// Any number of processes at once, with the same token too: that one of them was refused takes nothing from the others.
func TestRunsAtOnce(t *testing.T) { inEachStore(t, testRunsAtOnce) }

func testRunsAtOnce(t *testing.T, j *Journal) {
	t.Helper()
	intent := intentOf("T")
	slow := begin(t, j)
	if told := runOnce(t, j, intent, rejected); told != idem.OutcomeUnknown {
		t.Errorf("the outcome of a run that was refused, while another runs, is %q", told)
	}
	if r := records(t, j)[0]; r.Outcome != idem.OutcomeUnknown || !r.Running() {
		t.Errorf("on record is %+v, but one of the runs goes on", r)
	}
	dies(t, j, slow.record)
	if r := records(t, j)[0]; r.Outcome != idem.OutcomeUnknown || r.Running() {
		t.Errorf("on record is %+v, but the other run was killed", r)
	}
	if told := runOnce(t, j, intent, rejected); told != idem.OutcomeUnknown {
		t.Errorf("the outcome of a run that was refused, after another was killed, is %q", told)
	}
	if told := runOnce(t, j, intent, matched); told != idem.Succeeded || records(t, j)[0].Outcome != idem.Succeeded {
		t.Errorf("the outcome of one that matched is %q", told)
	}
}

func TestManyRunsAtOnce(t *testing.T) { inEachStore(t, testManyRunsAtOnce) }

func testManyRunsAtOnce(t *testing.T, j *Journal) {
	t.Helper()
	if j.Shared() && os.Getenv("AWSIDEM_DYNAMODB") != "" {
		t.Skip("moto's conditional writes are not atomic: of two at once, both may succeed")
	}
	var runs sync.WaitGroup
	for i := range 32 {
		runs.Go(func() {
			end := matched
			if i%4 == 0 {
				end = rejected
			}
			if _, refused := end(); (runOnce(t, j, intentOf("T"), end) == idem.Succeeded) != (refused == nil) {
				t.Errorf("a run that ended with %v was told otherwise", refused)
			}
		})
		runs.Go(func() {
			if _, problems, err := j.Records(t.Context()); err != nil || len(problems) > 0 {
				t.Error(err, problems)
			}
		})
	}
	runs.Wait()
	if found := records(t, j); len(found) != 1 || found[0].Outcome != idem.Succeeded {
		t.Errorf("on record: %+v", found)
	}
	if runs, unreadable := j.store.runs(t.Context(), "T"); len(runs)+len(unreadable) > 0 {
		t.Errorf("left: %+v, %q", runs, unreadable)
	}
}

// In $AWSIDEM_JOURNAL, else $XDG_STATE_HOME/awsidem/journal, which is ~/.local/state/awsidem/journal if it is not absolute.
func TestName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an absolute path has a drive, and USERPROFILE names the home folder")
	}
	t.Chdir("/")
	t.Setenv("HOME", "/home")
	for want, env := range map[string]map[string]string{
		"/j":                                 {"AWSIDEM_JOURNAL": "/j", "XDG_STATE_HOME": "/state"},
		"relative":                           {"AWSIDEM_JOURNAL": "relative"},
		"/state/awsidem/journal":             {"XDG_STATE_HOME": "/state"},
		"/home/.local/state/awsidem/journal": {"XDG_STATE_HOME": "state"},
	} {
		if got, err := Name(func(name string) string { return env[name] }); got != want || err != nil {
			t.Errorf("%v: %q, %v, not %q", env, got, err, want)
		}
	}
	t.Setenv("HOME", "")
	if got, err := Name(func(string) string { return "" }); err == nil {
		t.Errorf("without a home it is %q", got)
	}
	if err := os.Unsetenv("HOME"); err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(me.HomeDir, ".local", "state", "awsidem", "journal")
	if got, err := Name(func(string) string { return "" }); got != want || err != nil {
		t.Errorf("without HOME it is %q, %v, not %q", got, err, want)
	}
}
