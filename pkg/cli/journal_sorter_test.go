package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// A sorter returns records in order, with all that they have. What does not fit into its memory is in a file without a name.
func TestSorter(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	began := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	record := func(token string, at int, data string) journal.Record {
		return journal.Record{
			Intent:  idem.Intent{Operation: "RunInstances", ClientToken: token, Input: map[string]any{"ImageId": data, "MaxCount": 2.0}, Region: "us-east-1"},
			Outcome: idem.Succeeded, ResourceIDs: []string{"i-1", "i-2"}, StartedAt: began.Add(time.Duration(at) * time.Millisecond), FinishedAt: began.Add(time.Hour), Attempts: 3,
		}
	}
	var records []journal.Record // in order
	for i := range 40 {
		records = append(records, record(fmt.Sprintf("%02d", i), i/2, strings.Repeat("x", sorterMemory/16+i)))
	}
	records = append(records, journal.Record{Intent: idem.Intent{Operation: "AllocateHosts", ClientToken: "empty"}, Outcome: idem.OutcomeUnknown, StartedAt: began.Add(time.Hour)})
	for _, count := range []int{0, 1, 2, 17, 40, 41} {
		var s sorter
		defer s.close()
		for i := range count {
			if err := s.add(records[(i*7+3)%count]); err != nil { // 7 divides no count
				t.Fatal(err)
			}
		}
		if filed := s.file != nil; filed != (count > 16) || len(s.memory) > 2*sorterMemory {
			t.Errorf("%d records: %d bytes in memory; a file: %t", count, len(s.memory), filed)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 && !s.named {
			t.Errorf("in TMPDIR: %v, %v", left, err)
		}
		next := 0
		for value, err := range s.all() {
			if err != nil {
				t.Fatal(err)
			}
			want := describeRecord(records[next])
			want["Attempts"] = float64(records[next].Attempts) // a number of JSON
			if diff := cmp.Diff(any(want), value); diff != "" {
				t.Fatalf("record %d of %d: %.500s", next, count, diff)
			}
			next++
		}
		if next != count {
			t.Errorf("%d of %d records", next, count)
		}
	}
}

// Without a folder for temporary files, a list that fits into memory is printed, and a longer one names the remedy.
func TestSorterWithoutFile(t *testing.T) {
	for _, name := range []string{"TMPDIR", "TMP"} { // the second one on Windows
		t.Setenv(name, t.TempDir()+"/missing")
	}
	var s sorter
	defer s.close()
	r := journal.Record{Intent: idem.Intent{Operation: "RunInstances", ClientToken: "T", Input: map[string]any{"ImageId": strings.Repeat("x", sorterMemory/2)}}}
	if err := s.add(r); err != nil {
		t.Error(err)
	}
	if err := s.add(r); exitCode(err) != exitMisconfigured || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v", err)
	}
}
