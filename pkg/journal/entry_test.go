package journal

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// now returns the time in the precision of a record.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// The last line counts, but for one that was cut off in unknown/: the line before it does. Elsewhere the file was whole before it
// was moved there.
func TestCutLines(t *testing.T) {
	j := Open(t.TempDir())
	intent := intentOf("T")
	begun := begin(t, j)
	path := j.path("unknown", begun.record.file)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := func() string { // after the first
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(string(data), string(first))
	}
	begun.answered(idem.Result{ResourceID: "rtb-1", Attempts: 3})
	answer := lines()
	end := begun.record
	end.Outcome, end.FinishedAt, end.Visible, end.Attempts = idem.Succeeded, now(), true, 3
	if err := begun.add(end, synced); err != nil {
		t.Fatal(err)
	}
	last := strings.TrimSpace(strings.TrimPrefix(lines(), answer))
	check := func(name, data string, want Record, sound bool) {
		t.Helper()
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := j.Entry(t.Context(), intent).Past()
		if !ok || got.Outcome != idem.OutcomeUnknown || !slices.Equal(got.ResourceIDs, want.ResourceIDs) || got.Attempts != want.Attempts || got.Visible || !got.Running() {
			t.Fatalf("%s: %+v, %t", name, got, ok)
		}
		moved := j.path("succeeded", strings.SplitN(begun.record.file, ".", 2)[0]+suffix)
		if err := os.Rename(path, moved); err != nil {
			t.Fatal(err)
		}
		got, ok = j.Entry(t.Context(), intent).Past()
		if ok != sound || ok && (got.Outcome != idem.Succeeded || !got.Visible || got.FinishedAt.IsZero()) {
			t.Fatalf("%s, moved: %+v, %t", name, got, ok)
		}
		if err := os.Rename(moved, path); err != nil {
			t.Fatal(err)
		}
	}
	for cut := range strings.TrimSpace(answer) {
		check("cut in the second line", string(first)+answer[:cut], Record{}, false)
	}
	for cut := range last {
		check("cut in the third line", string(first)+answer+last[:cut], Record{ResourceIDs: []string{"rtb-1"}, Attempts: 3}, false)
	}
	check("zeros", string(first)+strings.Repeat("\x00", 99), Record{}, false)
	check("whole", string(first)+answer+last, Record{ResourceIDs: []string{"rtb-1"}, Attempts: 3}, true)
}

// Where the journal is taken away while a run goes on, its file begins anew: what is hoped for is no fact.
func TestTakenAway(t *testing.T) {
	j := Open(t.TempDir())
	begun := begin(t, j)
	if err := os.RemoveAll(j.path("unknown")); err != nil {
		t.Fatal(err)
	}
	begun.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
	if r, ok := j.Entry(t.Context(), intentOf("T")).Past(); !ok || !slices.Equal(r.ResourceIDs, []string{"rtb-1"}) || r.Visible || !r.FinishedAt.IsZero() {
		t.Errorf("on record: %+v, %t", r, ok)
	}
	for _, folder := range []string{"unknown", "succeeded"} {
		if err := os.RemoveAll(j.path(folder)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := begun.finish(idem.Result{ResourceID: "rtb-1", Attempts: 1, Visible: true}, nil); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || found[0].Outcome != idem.Succeeded || !found[0].Visible {
		t.Errorf("on record: %+v", found)
	}
}

// A run that ends unknown stands for those that died meanwhile, and knows what they knew.
func TestUnknownAfterAnswered(t *testing.T) {
	j := Open(t.TempDir())
	slow := begin(t, j)
	killed := begin(t, j)
	killed.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
	path := j.path("unknown", killed.record.file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = []byte(strings.ReplaceAll(string(data), `"Host":"`, `"Host":"of another machine, `))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.finish(unknown()); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || found[0].Outcome != idem.OutcomeUnknown || !slices.Equal(found[0].ResourceIDs, []string{"rtb-1"}) || found[0].Running() {
		t.Errorf("on record: %+v", found)
	}
	if left := files(t, j.path("unknown")); len(left) != 2 {
		t.Errorf("left: %v", left)
	}
}

// What a try that failed left of a line is written over.
func TestLineAfterTornLine(t *testing.T) {
	j := Open(t.TempDir())
	begun := begin(t, j)
	f, err := os.OpenFile(j.path("unknown", begun.record.file), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.Repeat("torn ", 1000)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := begun.finish(matched()); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || !slices.Equal(found[0].ResourceIDs, []string{"rtb-1"}) {
		t.Errorf("on record: %+v", found)
	}
}
