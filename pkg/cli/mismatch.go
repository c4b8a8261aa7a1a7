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

// firstUse explains a mismatch. If the journal knows another use of the token in the same place, firstUse returns lines that name the time of
// that use and each parameter that differs. For any other error it returns nil.
func firstUse(log *journal.Journal, intent idem.Intent, err error) []string {
	var attempt *idem.AttemptError
	if log == nil || !errors.As(err, &attempt) || attempt.Verdict != idem.Mismatch || attempt.Code == "" {
		return nil
	}
	records, _, err := log.Find(intent.ClientToken)
	if err != nil { // the explanation is optional
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
	outcome := "whose outcome is " + outcomeOf(first)
	if first.ResourceID != "" {
		outcome = "that made " + first.ResourceID
	}
	lines := []string{fmt.Sprintf("the token was first used %s, by a create %s", first.StartedAt.Format(time.RFC3339), outcome)}
	names := map[string]bool{}
	for name := range first.Input {
		names[name] = true
	}
	for name := range intent.Input {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, now := first.Input[name], intent.Input[name]
		if !reflect.DeepEqual(before, now) {
			lines = append(lines, fmt.Sprintf("  --%s was %s, is now %s", shape.FlagName(name), compact(before), compact(now)))
		}
	}
	return lines
}

// compact returns a parameter as a flag takes it: a string as it is, any other value as JSON.
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
