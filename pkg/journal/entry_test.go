package journal

import (
	"errors"
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

// A claim holds for one outcome on record, and for an intent on which no other run works.
func TestClaimIsRefused(t *testing.T) {
	dead, live := runOf(intentOf("T"), false), runOf(intentOf("T"), true)
	for name, c := range map[string]struct {
		found   []Record
		changed *snapshot
		claim   idem.Outcome
		begun   bool
	}{
		"new":              {nil, nil, "", true},
		"not new any more": {[]Record{dead}, nil, "", false},
		"settled":          {nil, nil, idem.OutcomeUnknown, false},
		"open":             {[]Record{dead}, nil, idem.OutcomeUnknown, true},
		"running":          {[]Record{live}, nil, idem.OutcomeUnknown, false},
		"run meanwhile":    {[]Record{dead}, &snapshot{runs: []Record{live}}, idem.OutcomeUnknown, false},
	} {
		s := scripted{found: snapshot{runs: c.found}, changed: c.changed}
		entry := (&Journal{&s, time.Now}).Entry(t.Context(), intentOf("T"))
		if entry.OnRecord() != (c.found != nil) {
			t.Errorf("%s: on record %t", name, entry.OnRecord())
		}
		entry.Claim(c.claim)
		err := entry.begin(t.Context())
		var taken *TakenError
		if (err == nil) != c.begun || err != nil && (!errors.As(err, &taken) || err.Error() != "another run works on the create of token T, or has just settled it") {
			t.Errorf("%s: %v", name, err)
		}
		if entry.OnRecord() != (c.begun || c.found != nil) {
			t.Errorf("%s, begun: on record %t", name, entry.OnRecord())
		}
	}
}

// What an entry knows of its intent, of other uses of its token, and of other tokens with its parameters.
func TestEntry(t *testing.T) {
	at := func(seconds int64, r Record) Record { r.StartedAt = time.Unix(seconds, 0); return r }
	with := func(change func(*idem.Intent), live bool) Record {
		intent := intentOf("T")
		change(&intent)
		return runOf(intent, live)
	}
	same := func(*idem.Intent) {}
	bare := func(i *idem.Intent) { i.Input = nil }
	other := func(i *idem.Intent) { i.ClientToken = "other" }
	for name, c := range map[string]struct {
		found   snapshot
		first   int64 // when the first use with other parameters was; 0 if there was none
		similar int
	}{
		"nothing":              {snapshot{}, 0, 0},
		"itself":               {snapshot{runs: []Record{at(1, with(same, false))}, used: []Record{at(1, with(same, false))}}, 0, 0},
		"used":                 {snapshot{used: []Record{at(1, with(bare, false))}}, 1, 0},
		"used twice":           {snapshot{used: []Record{at(2, with(bare, false)), at(1, with(bare, false))}}, 1, 0},
		"used twice, in order": {snapshot{used: []Record{at(1, with(bare, false)), at(2, with(bare, false))}}, 1, 0},
		"first by itself":      {snapshot{used: []Record{at(2, with(bare, false)), at(1, with(same, false))}}, 0, 0},
		"open":                 {snapshot{runs: []Record{at(1, with(bare, false))}, used: []Record{at(2, with(bare, false))}}, 1, 0},
		"open elsewhere":       {snapshot{runs: []Record{at(1, with(func(i *idem.Intent) { i.Input, i.Region = nil, "q" }, false))}}, 0, 0},
		"an empty list": {snapshot{used: []Record{at(1, with(func(i *idem.Intent) {
			i.Input = map[string]any{"VpcId": "vpc-1", "Tags": i.Input["Tags"], "More": []any{}}
		}, false))}}, 0, 0},
		"no list":             {snapshot{used: []Record{at(1, with(func(i *idem.Intent) { i.Input = map[string]any{"VpcId": "vpc-1"} }, false))}}, 1, 0},
		"similar":             {snapshot{runs: []Record{with(other, false)}}, 0, 1},
		"similar and running": {snapshot{runs: []Record{with(other, true)}}, 0, 0},
		"running, other use":  {snapshot{runs: []Record{at(1, with(bare, true))}}, 1, 0},
	} {
		unread := errors.New("a record can't be read")
		c.found.unread = unread
		j := &Journal{&scripted{found: c.found}, time.Now}
		entry := j.Entry(t.Context(), intentOf("T"))
		first, used := entry.FirstUse()
		if used != (c.first > 0) || used && first.StartedAt.Unix() != c.first || len(entry.Similar()) != c.similar {
			t.Errorf("%s: first use %+v, %t; similar %+v", name, first, used, entry.Similar())
		}
		if entry.Intent().ClientToken != "T" || !errors.Is(entry.Unread(), unread) || j.NewEntry(intentOf("T")).Unread() != nil {
			t.Errorf("%s: intent %+v, unread %v", name, entry.Intent(), entry.Unread())
		}
	}
}

// The record keeps when EC2 first answered with the resources, and that they were visible, until EC2 answers with others.
func TestLearn(t *testing.T) {
	past := runOf(intentOf("T"), false)
	past.ResourceIDs, past.AnsweredAt, past.Visible = []string{"i-1", "i-2"}, time.Unix(1, 0), true
	for name, c := range map[string]struct {
		result idem.Result
		kept   bool
	}{
		"nothing":                   {idem.Result{}, true},
		"the same in another order": {idem.Result{ResourceIDs: []string{"i-2", "i-1"}}, true},
		"others":                    {idem.Result{ResourceID: "i-3"}, false},
	} {
		entry := (&Journal{&scripted{found: snapshot{runs: []Record{past}}}, time.Now}).Entry(t.Context(), intentOf("T"))
		if err := entry.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		entry.learn(c.result)
		if r := entry.record; r.AnsweredAt.Equal(past.AnsweredAt) != c.kept || r.Visible != c.kept || slices.Contains(r.ResourceIDs, "i-1") != c.kept {
			t.Errorf("%s: %+v", name, r)
		}
		c.result.Visible = true
		if entry.learn(c.result); !entry.record.Visible {
			t.Errorf("%s, visible: %+v", name, entry.record)
		}
	}
}
