package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/shape"
)

// errOnRecord is the cause of a mismatch that awsidem found in the journal, before it sent anything.
var errOnRecord = errors.New("the journal shows that the token was used with other parameters")

// mismatchOnRecord returns the [*idem.OutcomeError] of a mismatch if the journal shows that the token was used in the same place with other
// parameters, and not with the intent's own parameters. Uses that were rejected do not count. EC2 does not detect all of these mismatches: it
// ignores differences in some parameters, and forgets tokens.
func mismatchOnRecord(entry *journal.Entry, intent idem.Intent) error {
	own, known := entry.Past()
	if _, used := entry.FirstUse(); !used || known && own.Outcome != idem.NothingCreated {
		return nil
	}
	mismatch := awsec2.Mismatch(intent, errOnRecord)
	return &idem.OutcomeError{Outcome: idem.NothingCreated, Last: mismatch, Err: mismatch}
}

// explainMismatch returns lines about the token's first use: its time, and each parameter that differs. It returns nil if err is not the
// mismatch of EC2 or of mismatchOnRecord, which have an error code, or if the journal does not hold a first use with other parameters. A
// mismatch of package ensure has no code: its message explains it.
func explainMismatch(entry *journal.Entry, intent idem.Intent, err error) []string {
	attempt, ok := errors.AsType[*idem.AttemptError](err)
	if entry == nil || !ok || attempt.Verdict != idem.Mismatch || attempt.Code == "" {
		return nil
	}
	first, ok := entry.FirstUse()
	if !ok {
		return nil
	}
	outcome := "whose outcome is " + outcomeOf(first)
	if len(first.ResourceIDs) > 0 {
		outcome = "that made " + strings.Join(first.ResourceIDs, ", ")
	}
	lines := []string{fmt.Sprintf("the token was first used %s, by a create %s", first.StartedAt.Format(time.RFC3339), outcome)}
	intent = forRecord(intent)
	either := map[string]any{} // the parameters of the first use and of this one
	maps.Copy(either, first.Input)
	maps.Copy(either, intent.Input)
	shown, shownNow := awsec2.Masked(intent.Operation, first.Input), awsec2.Masked(intent.Operation, intent.Input)
	for _, name := range slices.Sorted(maps.Keys(either)) {
		switch before, now := shown[name], shownNow[name]; {
		case reflect.DeepEqual(first.Input[name], intent.Input[name]):
		case reflect.DeepEqual(before, now):
			lines = append(lines, fmt.Sprintf("  --%s differs in a sensitive value", shape.FlagName(name)))
		default:
			lines = append(lines, fmt.Sprintf("  --%s was %s, is now %s", shape.FlagName(name), compact(before), compact(now)))
		}
	}
	return lines
}

// compact returns a parameter's value in one line: "not given" if there is none, a string as it is, any other value as JSON.
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
