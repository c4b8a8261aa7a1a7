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

// written returns a record's name and contents.
func written(t testing.TB, intent idem.Intent) (base, data string) {
	t.Helper()
	base, _ = baseOf(namesOf(intent).finished())
	r := Record{Intent: intent, ResourceIDs: []string{"rtb-1"}, StartedAt: now(), FinishedAt: now(), Attempts: 3, process: thisProcess()}
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
			before := files(t, j.path())

			found, problems, err := j.Records(t.Context())
			if err != nil || len(found) != 1 || len(problems) != 1 || !strings.Contains(problems[0].Error(), filepath.Base(place)) {
				t.Fatalf("%s in %s: %+v, %v, %v", name, place, found, problems, err)
			}
			if strings.Contains(name, "version") && strings.HasPrefix(name, "next") != strings.Contains(problems[0].Error(), "its format is version 3, and this awsidem reads versions 1 to 2") {
				t.Errorf("%s: %v", name, problems[0])
			}
			if found, problems, err := j.Find(t.Context(), "T"); err != nil || len(found) != 0 || len(problems) != 1 {
				t.Errorf("%s in %s: Find returns %+v, %v, %v", name, place, found, problems, err)
			}
			if r, ok := j.Entry(t.Context(), intent).Past(); ok {
				t.Errorf("%s in %s: Past returns %+v", name, place, r)
			}
			if removed, _, err := j.Prune(t.Context(), time.Now().Add(-time.Hour)); removed != 0 || err != nil {
				t.Errorf("%s in %s: Prune returns %d, %v", name, place, removed, err)
			}
			if diff := cmp.Diff(before, files(t, j.path())); diff != "" {
				t.Errorf("%s in %s: %s", name, place, diff)
			}
			if err := os.Remove(j.path(place)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A record of version 1 is a file of one line, in the folder of its outcome.
func TestVersion1(t *testing.T) {
	j := Open(t.TempDir())
	run := ended(idem.OutcomeUnknown, idem.Unknown)
	runOnce(t, j, intentOf("T"), run) // makes the folders
	for place, want := range map[string]Record{
		"unknown":   {Outcome: idem.OutcomeUnknown, ResourceIDs: []string{"rtb-1"}, Visible: true},
		"succeeded": {Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, Visible: true},
	} {
		base, data := written(t, intentOf(place))
		data = strings.Replace(data, `"Version":2`, `"Version":1,"Visible":true`, 1)
		if err := os.WriteFile(j.path(place, base+suffix), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := j.Entry(t.Context(), intentOf(place)).Past()
		if !ok && place == "unknown" {
			t.Fatalf("in %s there is none", place)
		}
		if got.Outcome != want.Outcome || !slices.Equal(got.ResourceIDs, want.ResourceIDs) || got.Visible != want.Visible {
			t.Errorf("in %s: %+v", place, got)
		}
	}
}

// What can't be read of an intent may have been of an attempt: a later run that was refused does not settle it.
func TestUnreadableIsOpen(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), unknown)
	base, _ := baseOf(namesOf(intentOf("T")).finished())
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

// A record of a success that can't be read may still name a resource: a later run that was refused does not prove that there is none.
func TestUnreadableSuccess(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), matched)
	path := j.path("succeeded", namesOf(intentOf("T")).finished())
	if err := os.Truncate(path, 10); err != nil {
		t.Fatal(err)
	}
	if returned := runOnce(t, j, intentOf("T"), rejected); returned != idem.OutcomeUnknown {
		t.Errorf("the outcome is %q", returned)
	}
	if err := os.Rename(path, j.path("rejected", filepath.Base(path))); err != nil {
		t.Fatal(err)
	}
	if r, ok, unreadable := j.Entry(t.Context(), intentOf("T")).made(); ok || unreadable {
		t.Errorf("a refusal that can't be read counts as a success: %+v, %t, %t", r, ok, unreadable)
	}
}

// A later version's record of the same intent is not written over.
func TestUnreadableIsKept(t *testing.T) {
	j := Open(t.TempDir())
	runOnce(t, j, intentOf("T"), matched)
	base, _ := baseOf(namesOf(intentOf("T")).finished())
	path := j.path("succeeded", base+".json")
	if err := os.WriteFile(path, []byte(`{"Version":3}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := begin(t, j)
	var unwritten *WriteError
	if _, err := r.finish(idem.Result{ResourceID: "rtb-1"}, nil); !errors.As(err, &unwritten) || !strings.Contains(err.Error(), "version 3") {
		t.Errorf("finish: %v", err)
	}
	if data, err := os.ReadFile(path); string(data) != `{"Version":3}` {
		t.Errorf("now it is %q, %v", data, err)
	}
	if r, ok := j.Entry(t.Context(), intentOf("T")).Past(); !ok || r.Outcome != idem.OutcomeUnknown {
		t.Errorf("the intent is not kept: %+v", r)
	}
}
