package journal

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

// written gives a record's name and contents.
func written(t testing.TB, intent idem.Intent) (base, data string) {
	t.Helper()
	base, err := baseName(intent)
	if err != nil {
		t.Fatal(err)
	}
	r := Record{Intent: intent, ResourceID: "rtb-1", StartedAt: now(), FinishedAt: now(), Attempts: 3, process: thisProcess()}
	encoded, err := r.encode()
	if err != nil {
		t.Fatal(err)
	}
	return base, string(encoded)
}

// A record that can't be read is named, skipped and kept: cut at each byte, of zeros, of another version, of another intent.
func TestUnreadableRecords(t *testing.T) {
	intent := intentOf("T")
	base, whole := written(t, intent)
	_, another := written(t, intentOf("another"))
	broken := map[string]string{
		"zeros": strings.Repeat("\x00", len(whole)), "another intent": another, "trailing": strings.TrimSpace(whole) + "]",
		"next version":     strings.Replace(whole, `"Version":2`, `"Version":3`, 1),
		"version of words": strings.Replace(whole, `"Version":2`, `"Version":"2"`, 1),
		"of other types":   `{"Version":7,"ClientToken":["T"],"Attempts":"many"}`,
		"null":             "null", "list": "[]", "empty object": "{}", "number": "1e999",
	}
	for cut := range len(whole) - 1 { // without the line's end alone it is whole
		broken["cut at "+time.Duration(cut).String()] = whole[:cut]
	}
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("sound"), matched)
	for name, data := range broken {
		for _, place := range []string{"unknown/" + base + ".run.json", "succeeded/" + base + ".json", "rejected/" + base + ".json"} {
			if err := os.WriteFile(j.path(place), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			before := files(t, j.dir)

			found, problems, err := j.Records()
			if err != nil || len(found) != 1 || len(problems) != 1 || !strings.Contains(problems[0].Error(), j.path(place)) {
				t.Fatalf("%s in %s: %+v, %v, %v", name, place, found, problems, err)
			}
			if strings.Contains(name, "version") && strings.HasPrefix(name, "next") != strings.Contains(problems[0].Error(), "its format is version 3, and this awsidem reads versions 1 to 2") {
				t.Errorf("%s: %v", name, problems[0])
			}
			if found, problems, err := j.Find("T"); err != nil || len(found) != 0 || len(problems) != 1 {
				t.Errorf("%s in %s: Find gives %+v, %v, %v", name, place, found, problems, err)
			}
			if r, ok := j.Lookup(intent); ok || len(j.Unfinished(intent)) > 0 {
				t.Errorf("%s in %s: Lookup gives %+v", name, place, r)
			}
			if removed, _, err := j.Prune(time.Now().Add(-time.Hour)); removed != 0 || err != nil {
				t.Errorf("%s in %s: Prune gives %d, %v", name, place, removed, err)
			}
			if diff := cmp.Diff(before, files(t, j.dir)); diff != "" {
				t.Errorf("%s in %s: %s", name, place, diff)
			}
			if err := os.Remove(j.path(place)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The last line counts, but for one that was cut off in unknown/: the line before it does. Elsewhere the file was whole before it
// was moved there.
func TestCutLines(t *testing.T) {
	j := Open(t.TempDir())
	intent := intentOf("T")
	begun, err := j.begin(intent)
	if err != nil {
		t.Fatal(err)
	}
	path := j.path("unknown", begun.record.file)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begun.answered(idem.Result{ResourceID: "rtb-1", Attempts: 3})
	<-begun.adding
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name, data string, want Record, sound bool) {
		t.Helper()
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := j.Lookup(intent)
		if !ok || got.Outcome != idem.OutcomeUnknown || got.ResourceID != want.ResourceID || got.Attempts != want.Attempts || got.Visible || !got.Running() {
			t.Fatalf("%s: %+v, %t", name, got, ok)
		}
		moved := j.path("succeeded", strings.SplitN(begun.record.file, ".", 2)[0]+suffix)
		if err := os.Rename(path, moved); err != nil {
			t.Fatal(err)
		}
		got, ok = j.Lookup(intent)
		if ok != sound || ok && (got.Outcome != idem.Succeeded || !got.Visible || got.FinishedAt.IsZero()) {
			t.Fatalf("%s, moved: %+v, %t", name, got, ok)
		}
		if err := os.Rename(moved, path); err != nil {
			t.Fatal(err)
		}
	}
	answer := strings.TrimSpace(string(whole[len(first):]))
	for cut := range answer {
		check("cut in the second line", string(first)+answer[:cut], Record{}, false)
		check("cut in the third line", string(whole)+answer[:cut], Record{ResourceID: "rtb-1", Attempts: 3}, cut == 0)
	}
	check("zeros", string(first)+strings.Repeat("\x00", 99), Record{}, false)
	check("whole", string(whole), Record{ResourceID: "rtb-1", Attempts: 3}, true)
}

// A record of version 1 is a file of one line, in the folder of its outcome.
func TestVersion1(t *testing.T) {
	j := Open(t.TempDir())
	run := ended(idem.OutcomeUnknown, idem.Unknown)
	runOnce(t, j, intentOf("T"), run) // makes the folders
	for place, want := range map[string]Record{
		"unknown":   {Outcome: idem.OutcomeUnknown, ResourceID: "rtb-1", Visible: true},
		"succeeded": {Outcome: idem.Succeeded, ResourceID: "rtb-1", Visible: true},
	} {
		base, data := written(t, intentOf(place))
		data = strings.Replace(data, `"Version":2`, `"Version":1,"Visible":true`, 1)
		if err := os.WriteFile(j.path(place, base+suffix), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := j.Lookup(intentOf(place))
		if !ok && place == "unknown" {
			t.Fatalf("in %s there is none", place)
		}
		if got.Outcome != want.Outcome || got.ResourceID != want.ResourceID || got.Visible != want.Visible {
			t.Errorf("in %s: %+v", place, got)
		}
	}
}

// Where the journal is taken away while a run goes on, its file begins anew: what is hoped for is no fact.
func TestTakenAway(t *testing.T) {
	j := Open(t.TempDir())
	begun, err := j.begin(intentOf("T"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(j.path("unknown")); err != nil {
		t.Fatal(err)
	}
	begun.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
	<-begun.adding
	if r, ok := j.Lookup(intentOf("T")); !ok || r.ResourceID != "rtb-1" || r.Visible || !r.FinishedAt.IsZero() {
		t.Errorf("on record: %+v, %t", r, ok)
	}
	for _, folder := range []string{"unknown", "succeeded"} {
		if err := os.RemoveAll(j.path(folder)); err != nil {
			t.Fatal(err)
		}
	}
	if err := begun.finish(idem.Result{ResourceID: "rtb-1", Attempts: 1, Visible: true}, nil); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || found[0].Outcome != idem.Succeeded || !found[0].Visible {
		t.Errorf("on record: %+v", found)
	}
}

// A run that ends unknown stands for those that died meanwhile, and knows what they knew.
func TestUnknownAfterAnswered(t *testing.T) {
	j := Open(t.TempDir())
	slow, err := j.begin(intentOf("T"))
	if err != nil {
		t.Fatal(err)
	}
	killed, err := j.begin(intentOf("T"))
	if err != nil {
		t.Fatal(err)
	}
	killed.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
	<-killed.adding
	path := j.path("unknown", killed.record.file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = []byte(strings.ReplaceAll(string(data), `"Host":"`, `"Host":"of another machine, `))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := slow.finish(unknown()); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || found[0].Outcome != idem.OutcomeUnknown || found[0].ResourceID != "rtb-1" || found[0].Running() {
		t.Errorf("on record: %+v", found)
	}
	if left := files(t, j.path("unknown")); len(left) != 2 {
		t.Errorf("left: %v", left)
	}
}

// What a try that failed left of a line is written over.
func TestLineAfterTornLine(t *testing.T) {
	j := Open(t.TempDir())
	begun, err := j.begin(intentOf("T"))
	if err != nil {
		t.Fatal(err)
	}
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
	if err := begun.finish(matched()); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || found[0].ResourceID != "rtb-1" {
		t.Errorf("on record: %+v", found)
	}
}

// What can't be read of an intent may have been of an attempt: a later run that was refused does not settle it.
func TestUnreadableIsOpen(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), unknown)
	base, _ := baseName(intentOf("T"))
	names, err := filepath.Glob(j.path("unknown", base+".*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	if err := os.Truncate(names[0], 10); err != nil {
		t.Fatal(err)
	}
	if told := runOnce(t, j, intentOf("T"), rejected); told != idem.OutcomeUnknown {
		t.Errorf("the outcome is %q", told)
	}
	if told := runOnce(t, j, intentOf("T"), matched); told != idem.Succeeded {
		t.Errorf("the outcome is %q", told)
	}
	if _, err := os.Stat(names[0]); err != nil {
		t.Error(err)
	}
}

// A later version's record of the same intent is not written over.
func TestUnreadableIsKept(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), matched)
	base, _ := baseName(intentOf("T"))
	path := j.path("succeeded", base+".json")
	if err := os.WriteFile(path, []byte(`{"Version":3}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := j.begin(intentOf("T"))
	if err != nil {
		t.Fatal(err)
	}
	var unwritten *WriteError
	if err := r.finish(idem.Result{ResourceID: "rtb-1"}, nil); !errors.As(err, &unwritten) || !strings.Contains(err.Error(), "version 3") {
		t.Errorf("finish: %v", err)
	}
	if data, err := os.ReadFile(path); string(data) != `{"Version":3}` {
		t.Errorf("now it is %q, %v", data, err)
	}
	if r, ok := j.Lookup(intentOf("T")); !ok || r.Outcome != idem.OutcomeUnknown {
		t.Errorf("the intent is not kept: %+v", r)
	}
}

// FuzzParse: whatever a file holds, in whatever folder, it is a record of that folder, or an error.
func FuzzParse(f *testing.F) {
	_, whole := written(f, intentOf("T"))
	ended := strings.Replace(whole, `"Version":2`, `"Version":2,"Outcome":"succeeded"`, 1)
	for _, seed := range []string{whole, whole + ended, whole + ended[:99], whole + ended + "\x00\x00", "\n" + whole, "\n\n", whole + "{}\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, state := range states {
			r, err := parse(state, data)
			switch {
			case err != nil && !reflect.DeepEqual(r, Record{}):
				t.Errorf("in %s an error and %+v", state, r)
			case err == nil && (r.Outcome != state || r.ClientToken == "" || state != idem.OutcomeUnknown && r.FinishedAt.IsZero()):
				t.Errorf("in %s it is %+v", state, r)
			}
		}
	})
}

// FuzzDecode: whatever a line holds, it is a record that is the same once written again, or an error.
func FuzzDecode(f *testing.F) {
	_, whole := written(f, intentOf("T"))
	for _, seed := range []string{whole, whole[:40], `{"Version":3}`, "{}", "null", "\x00\x00", strings.Replace(whole, `"vpc-1"`, "1e400", 1), whole + whole} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decode(data)
		if err != nil {
			if !reflect.DeepEqual(r, Record{}) {
				t.Errorf("an error and %+v", r)
			}
			return
		}
		if r.ClientToken == "" || r.Operation == "" {
			t.Errorf("a record of nothing: %+v", r)
		}
		_ = r.Running()
		again, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(again)
		if err != nil {
			t.Fatalf("%v: %s", err, again)
		}
		if diff := cmp.Diff(r, back, cmp.AllowUnexported(Record{}, process{})); diff != "" {
			t.Error(diff)
		}
	})
}
