package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

// File names are derived from the token, never made of it.
func TestTokens(t *testing.T) {
	dir := t.TempDir()
	j := Open(filepath.Join(dir, "journal"))
	tokens := []string{"/", "..", "../../escape", "/etc/passwd", "a/b", " ", "-", "--all", "'", `"`, `\`, "*", "\x00", "\n", ".", "~", strings.Repeat("x", 64)}
	for _, token := range tokens {
		runOnce(t, j, intentOf(token), unknown)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("beside the journal: %v", entries)
	}
	var got []string
	for _, r := range records(t, j) {
		got = append(got, r.ClientToken)
		if found, _, err := j.Find(t.Context(), r.ClientToken); err != nil || len(found) != 1 || found[0].ClientToken != r.ClientToken {
			t.Errorf("Find(%q): %+v, %v", r.ClientToken, found, err)
		}
	}
	slices.Sort(got)
	slices.Sort(tokens)
	if diff := cmp.Diff(tokens, got); diff != "" {
		t.Error(diff)
	}
}

// One token with other parameters, or elsewhere, is another intent.
func TestSameToken(t *testing.T) { inEachStore(t, testSameToken) }

func testSameToken(t *testing.T, j *Journal) {
	t.Helper()
	other := []func(*idem.Intent){
		func(*idem.Intent) {}, func(i *idem.Intent) { i.Operation = "CreateNetworkAcl" }, func(i *idem.Intent) { i.Input = nil },
		func(i *idem.Intent) { i.Region = "" }, func(i *idem.Intent) { i.Endpoint = "" }, func(i *idem.Intent) { i.Profile = "" },
	}
	if j.Shared() { // a profile is a machine's own name
		other = other[:len(other)-1]
	}
	for n, change := range other {
		intent := intentOf("T")
		change(&intent)
		if _, ok := j.Entry(t.Context(), intent).Past(); ok {
			t.Errorf("intent %d is on record before it was sent", n)
		}
		runOnce(t, j, intent, unknown)
		intent.ClientToken = "another"
		if found := j.Entry(t.Context(), intent).Similar(); len(found) > 0 { // apply would read all that it has begun, for each entry
			t.Errorf("intent %d: similar to a given token are %+v", n, found)
		}
		if found := j.NewEntry(intent).Similar(); len(found) != 1 && !j.Shared() { // a table is not searched for parameters
			t.Errorf("intent %d: similar are %+v", n, found)
		}
	}
	if found, _, _ := j.Find(t.Context(), "T"); len(found) != len(other) {
		t.Errorf("%d on record, not %d", len(found), len(other))
	}
}

// prune removes finished records only, and what killed processes left in tmp.
func TestPrune(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("refused"), rejected)
	runOnce(t, j, intentOf("open"), unknown)
	runOnce(t, j, intentOf("made, then open"), matched)
	runOnce(t, j, intentOf("made, then open"), unknown)
	old, young, foreign := j.path("tmp", "x.json.1"), j.path("tmp", "x.json.2"), j.path("tmp", "notes")
	for _, path := range []string{old, young, foreign} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ago := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(os.Chtimes(old, ago, ago), os.Chtimes(foreign, ago, ago)); err != nil {
		t.Fatal(err)
	}
	if removed, problems, err := j.Prune(t.Context(), time.Now().Add(-time.Hour)); removed != 0 || len(problems) > 0 || err != nil {
		t.Errorf("nothing is an hour old, but Prune returns %d, %v, %v", removed, problems, err)
	}
	if removed, problems, err := j.Prune(t.Context(), time.Now().Add(time.Minute)); removed != 2 || len(problems) > 0 || err != nil {
		t.Errorf("Prune returns %d, %v, %v", removed, problems, err)
	}
	if left := records(t, j); len(left) != 2 || left[0].Outcome != idem.OutcomeUnknown || left[1].Outcome != idem.OutcomeUnknown {
		t.Errorf("left: %+v", left)
	}
	left := files(t, j.path("tmp"))
	if _, is := left[filepath.Base(old)]; is || len(left) != 3 {
		t.Errorf("in tmp: %v", left)
	}
}

// The first use of a token in a place, with other parameters, is found whether it is open or finished, and until it is pruned.
func TestFirstUse(t *testing.T) {
	t.Run("folder", func(t *testing.T) { testFirstUse(t, func(t *testing.T) *Journal { return Open(t.TempDir()) }) })
	t.Run("table", func(t *testing.T) { testFirstUse(t, func(t *testing.T) *Journal { return newTable(t)(nil) }) })
}

func testFirstUse(t *testing.T, open func(t *testing.T) *Journal) {
	t.Helper()
	for name, c := range map[string]struct {
		first  func() (idem.Result, error)
		change func(*idem.Intent)
		want   bool
	}{
		"unknown":                     {unknown, func(i *idem.Intent) { i.Input = nil }, true},
		"succeeded":                   {matched, func(i *idem.Intent) { i.Input = nil }, true},
		"rejected":                    {rejected, func(i *idem.Intent) { i.Input = nil }, false},
		"the same":                    {matched, func(*idem.Intent) {}, false},
		"the same endpoint":           {matched, func(i *idem.Intent) { i.Input, i.Endpoint = nil, i.Endpoint+"/" }, true},
		"another token":               {matched, func(i *idem.Intent) { i.Input, i.ClientToken = nil, "another" }, false},
		"another operation":           {matched, func(i *idem.Intent) { i.Input, i.Operation = nil, "CreateNetworkAcl" }, false},
		"another Region":              {matched, func(i *idem.Intent) { i.Input, i.Region = nil, "us-east-1" }, false},
		"another profile":             {unknown, func(i *idem.Intent) { i.Input, i.Profile = nil, "another" }, false},
		"another endpoint, succeeded": {matched, func(i *idem.Intent) { i.Input, i.Endpoint = nil, "" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			j := open(t)
			if j.Shared() && name == "another profile" {
				t.Skip("a table knows no profiles")
			}
			runOnce(t, j, intentOf("T"), c.first)
			second := intentOf("T")
			c.change(&second)
			first, ok := j.Entry(t.Context(), second).FirstUse()
			if ok != c.want || ok && cmp.Diff(first.Intent, intentOf("T")) != "" {
				t.Errorf("the first use is %+v, %t", first, ok)
			}
			if _, _, err := j.Prune(t.Context(), time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if first, ok := j.Entry(t.Context(), second).FirstUse(); ok && first.Outcome != idem.OutcomeUnknown || !j.Shared() && len(files(t, j.path(tokens))) != 1 {
				t.Errorf("after a prune the first use is %+v, %t", first, ok)
			}
		})
	}
}

// An intent has one record, of its most open state. In it are the start, the attempts and the resources of all its records.
func TestMerge(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	record := func(outcome idem.Outcome, start, end int64, change func(*Record)) Record {
		r := runOf(intentOf("T"), end == 0)
		r.Outcome, r.StartedAt, r.FinishedAt = outcome, at(start), time.Time{}
		if end > 0 {
			r.FinishedAt = at(end)
		}
		if change != nil {
			change(&r)
		}
		return r
	}
	answered := func(id string) func(*Record) {
		return func(r *Record) { r.ResourceIDs, r.AnsweredAt, r.Visible, r.Attempts = []string{id}, at(50), true, 9 }
	}
	for name, c := range map[string]struct {
		records  []Record
		outcome  idem.Outcome
		start    int64
		end      int64 // 0 while a run goes on
		attempts int
		id       string
	}{
		"one":                         {[]Record{record(idem.Succeeded, 1, 2, answered("rtb-1"))}, idem.Succeeded, 1, 2, 9, "rtb-1"},
		"unknown and succeeded":       {[]Record{record(idem.OutcomeUnknown, 3, 4, nil), record(idem.Succeeded, 1, 2, answered("rtb-1"))}, idem.OutcomeUnknown, 1, 4, 9, "rtb-1"},
		"succeeded and rejected":      {[]Record{record(idem.Succeeded, 3, 4, answered("rtb-1")), record(idem.NothingCreated, 1, 2, nil)}, idem.Succeeded, 1, 4, 9, "rtb-1"},
		"the latest unknown":          {[]Record{record(idem.OutcomeUnknown, 1, 5, answered("rtb-1")), record(idem.OutcomeUnknown, 2, 4, answered("rtb-2"))}, idem.OutcomeUnknown, 1, 5, 9, "rtb-1"},
		"a live run":                  {[]Record{record(idem.OutcomeUnknown, 1, 5, answered("rtb-1")), record(idem.OutcomeUnknown, 2, 0, nil)}, idem.OutcomeUnknown, 1, 0, 9, "rtb-1"},
		"a live run beside a success": {[]Record{record(idem.OutcomeUnknown, 2, 0, answered("rtb-2")), record(idem.Succeeded, 1, 5, answered("rtb-1"))}, idem.OutcomeUnknown, 1, 0, 9, "rtb-2"},
	} {
		for range 2 { // in either order
			merged := merge(slices.Clone(c.records))
			if len(merged) != 1 {
				t.Fatalf("%s: %+v", name, merged)
			}
			r, end := merged[0], time.Time{}
			if c.end > 0 {
				end = at(c.end)
			}
			if r.Outcome != c.outcome || !r.StartedAt.Equal(at(c.start)) || !r.FinishedAt.Equal(end) || r.Attempts != c.attempts ||
				!slices.Equal(r.ResourceIDs, []string{c.id}) || !r.AnsweredAt.Equal(at(50)) || !r.Visible {
				t.Errorf("%s: %+v", name, r)
			}
			slices.Reverse(c.records)
		}
	}
	other := runOf(intentOf("U"), false)
	other.StartedAt = at(1)
	if merged := merge([]Record{record(idem.Succeeded, 2, 3, nil), other}); len(merged) != 2 || merged[0].ClientToken != "U" {
		t.Errorf("two intents: %+v", merged)
	}
}

// Forget removes the runs of a token that have ended unknown, and nothing else.
func TestForget(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), unknown)
	live := begin(t, j)
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("other"), unknown)
	for _, token := range []string{"T", "made"} {
		forgotten, problems, err := j.Forget(t.Context(), token)
		if want := map[string]int{"T": 1}[token]; len(forgotten) != want || len(problems) > 0 || err != nil {
			t.Errorf("%s: forgotten %+v, %v, %v", token, forgotten, problems, err)
		}
	}
	left := map[string]bool{}
	for _, r := range records(t, j) {
		left[r.ClientToken] = r.Running()
	}
	if diff := cmp.Diff(map[string]bool{"T": true, "made": false, "other": false}, left); diff != "" {
		t.Errorf("left on record, and running (-want +got):\n%s", diff)
	}
	if _, err := live.finish(rejected()); err != nil {
		t.Fatal(err)
	}
	if found, _, err := j.Unfinished(t.Context()); len(found) != 1 || found[0].ClientToken != "other" || err != nil {
		t.Errorf("unfinished: %+v, %v", found, err)
	}
}
