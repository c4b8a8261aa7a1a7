package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/shape"
)

// firstUse explains a mismatch: when the journal knows of another use of the token at the same place, it says when that was
// and which parameters differ, flag by flag. It gives nothing for any other error.
func firstUse(log *journal.Journal, intent idem.Intent, err error) []string {
	var attempt *idem.AttemptError
	if log == nil || !errors.As(err, &attempt) || attempt.Code != "IdempotentParameterMismatch" {
		return nil
	}
	records, _, err := log.Find(intent.ClientToken)
	if err != nil { // the journal explains, it is not needed
		return nil
	}
	i := slices.IndexFunc(records, func(r journal.Record) bool {
		return r.Operation == intent.Operation && r.Region == intent.Region && r.Endpoint == intent.Endpoint &&
			r.Outcome != idem.NothingCreated && !reflect.DeepEqual(r.Input, intent.Input)
	})
	if i < 0 {
		return nil
	}
	first := records[i]
	became := "whose outcome is " + outcomeOf(first)
	if first.ResourceID != "" {
		became = "that made " + first.ResourceID
	}
	lines := []string{fmt.Sprintf("the token was first used %s, by a create %s", first.StartedAt.Format(time.RFC3339), became)}
	names := map[string]bool{}
	for name := range first.Input {
		names[name] = true
	}
	for name := range intent.Input {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is := first.Input[name], intent.Input[name]
		if !reflect.DeepEqual(was, is) {
			lines = append(lines, fmt.Sprintf("  --%s was %s, is now %s", shape.FlagName(name), compact(was), compact(is)))
		}
	}
	return lines
}

// compact writes a parameter as a flag takes it: text as it is, anything else as JSON.
func compact(value any) string {
	switch v := value.(type) {
	case nil:
		return "not given"
	case string:
		return v
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
