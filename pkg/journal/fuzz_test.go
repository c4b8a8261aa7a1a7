package journal

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

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
