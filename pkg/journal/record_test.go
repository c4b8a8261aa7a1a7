package journal

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// Both stores keep every exported field of a record. A new field needs a member of line, encode and decode; a time needs shifted, too.
func TestEveryFieldIsKept(t *testing.T) {
	var want Record
	fill(t, reflect.ValueOf(&want).Elem())
	want.Outcome = idem.Succeeded
	check := func(store string, got Record, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Record{})); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", store, err, diff)
		}
	}

	line, err := want.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(idem.Succeeded, line)
	check("the folder", got, err)

	client := dynamodb.New(dynamodb.Config{})
	item, err := new(table).encode(client, content{intent: want.Intent, finished: map[idem.Outcome]Record{idem.Succeeded: want}}, "rev")
	if err != nil {
		t.Fatal(err)
	}
	c, err := decodeItem(client, item, want.Profile)
	check("the table", c.finished[idem.Succeeded], err)
}

// shifted shifts every time of a record: an item has the times of DynamoDB's clock.
func TestEveryTimeIsShifted(t *testing.T) {
	var r Record
	fill(t, reflect.ValueOf(&r).Elem())
	before, after := reflect.ValueOf(r), reflect.ValueOf(r.shifted(time.Hour))
	for i := range before.NumField() {
		f := before.Type().Field(i)
		if !f.IsExported() || f.Type != reflect.TypeFor[time.Time]() {
			continue
		}
		if at := before.Field(i).Interface().(time.Time); !after.Field(i).Interface().(time.Time).Equal(at.Add(time.Hour)) {
			t.Errorf("shifted does not shift %s", f.Name)
		}
	}
}

// fill sets every exported field of a structure to a value that is not its zero value.
func fill(t *testing.T, structure reflect.Value) {
	t.Helper()
	for i := range structure.NumField() {
		f := structure.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		value := structure.Field(i)
		switch value.Interface().(type) {
		case string, idem.Outcome:
			value.SetString("the " + f.Name)
		case []string:
			value.Set(reflect.ValueOf([]string{f.Name + " 1", f.Name + " 2"}))
		case int:
			value.SetInt(7)
		case bool:
			value.SetBool(true)
		case time.Time:
			value.Set(reflect.ValueOf(time.Date(2026, time.January, 1+i, 0, 0, 0, 0, time.UTC)))
		case map[string]any:
			value.Set(reflect.ValueOf(map[string]any{f.Name: "a value"}))
		case idem.Intent:
			fill(t, value)
		default:
			t.Fatalf("this test can't fill the field %s of the type %s: add a case to fill", f.Name, f.Type)
		}
	}
}

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

// In unknown/, a last line that records an end does not count as the end. The resources on it count, and are visible only if an earlier line says so.
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
