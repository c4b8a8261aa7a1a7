package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/awsidem/awsidem/pkg/idem"
)

var recordFields = cmp.Options{cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateEmpty()}

// A record is read as it was written.
func TestLines(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	for name, r := range map[string]Record{
		"begun":            {StartedAt: at(1)},
		"answered":         {StartedAt: at(1), ResourceIDs: []string{"rtb-1"}, AnsweredAt: at(2), Attempts: 3},
		"several, visible": {StartedAt: at(1), ResourceIDs: []string{"i-1", "i-2"}, AnsweredAt: at(2), Visible: true},
		"succeeded":        {Outcome: idem.Succeeded, StartedAt: at(1), FinishedAt: at(4), ResourceIDs: []string{"rtb-1"}, AnsweredAt: at(2), Attempts: 1},
		"rejected":         {Outcome: idem.NothingCreated, StartedAt: at(1), FinishedAt: at(4)},
	} {
		r.Intent, r.process = intentOf("T"), thisProcess()
		data, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(data)
		if diff := cmp.Diff(r, got, recordFields); diff != "" || err != nil || got.process != r.process {
			t.Errorf("%s: %v, process %v (-want +got):\n%s", name, err, got.process, diff)
		}
	}
	open := Record{Intent: intentOf("T"), Outcome: idem.OutcomeUnknown}
	if data, err := open.encode(); err != nil || cmp.Diff(open, mustDecode(t, data), recordFields) == "" {
		t.Errorf("the outcome of a file that stays in unknown/ is written: %s, %v", data, err)
	}
	open.Input = map[string]any{"x": func() {}}
	if _, err := open.encode(); err == nil {
		t.Error("parameters that can't be JSON are written")
	}
}

func mustDecode(t *testing.T, data []byte) Record {
	t.Helper()
	r, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// In unknown/, the end on the last line did not come about: the resources are known, and visible only if they were visible before.
func TestParse(t *testing.T) {
	at := time.Unix(1, 0).UTC()
	begun := Record{StartedAt: at}
	seen := Record{StartedAt: at, ResourceIDs: []string{"rtb-1"}, Visible: true}
	end := Record{Outcome: idem.Succeeded, StartedAt: at, FinishedAt: at, ResourceIDs: []string{"rtb-1"}, Visible: true, Attempts: 2}
	left := Record{StartedAt: at, FinishedAt: at, Attempts: 2}
	named := func(r Record, change func(*Record)) Record { change(&r); return r }
	for name, c := range map[string]struct {
		state idem.Outcome
		lines []Record
		want  Record // without Outcome; no StartedAt: an error
	}{
		"begun":                     {idem.OutcomeUnknown, []Record{begun}, begun},
		"ended unknown":             {idem.OutcomeUnknown, []Record{begun, left}, left},
		"succeeded, not moved":      {idem.OutcomeUnknown, []Record{begun, end}, named(end, func(r *Record) { r.FinishedAt, r.Visible = time.Time{}, false })},
		"seen, succeeded":           {idem.OutcomeUnknown, []Record{seen, end}, named(end, func(r *Record) { r.FinishedAt = time.Time{} })},
		"another seen, succeeded":   {idem.OutcomeUnknown, []Record{named(seen, func(r *Record) { r.ResourceIDs = []string{"rtb-2"} }), end}, named(end, func(r *Record) { r.FinishedAt, r.Visible = time.Time{}, false })},
		"answered, succeeded":       {idem.OutcomeUnknown, []Record{named(seen, func(r *Record) { r.Visible = false }), end}, named(end, func(r *Record) { r.FinishedAt, r.Visible = time.Time{}, false })},
		"succeeded":                 {idem.Succeeded, []Record{begun, end}, end},
		"succeeded without an end":  {idem.Succeeded, []Record{begun}, Record{}},
		"rejected without an end":   {idem.NothingCreated, []Record{begun}, Record{}},
		"succeeded, the state wins": {idem.NothingCreated, []Record{end}, end},
	} {
		var data []byte
		for _, r := range c.lines {
			r.Intent = intentOf("T")
			line, err := r.encode()
			if err != nil {
				t.Fatal(err)
			}
			data = append(data, line...)
		}
		got, err := parse(c.state, data)
		if c.want.StartedAt.IsZero() {
			if err == nil {
				t.Errorf("%s: %+v", name, got)
			}
			continue
		}
		c.want.Intent, c.want.Outcome = intentOf("T"), c.state
		if diff := cmp.Diff(c.want, got, recordFields); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}
