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
