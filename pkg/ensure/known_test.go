package ensure_test

import (
	"errors"
	"testing"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A resource on record counts if Describe shows it as it was asked for. In every other case the caller creates.
func TestKnown(t *testing.T) {
	shown := func(r idem.Resource) replica {
		r.ResourceID = "rtb-old"
		return func(int) ([]idem.Resource, error) { return []idem.Resource{r}, nil }
	}
	for name, c := range map[string]struct {
		goal ensure.Goal
		id   replica
		want bool
	}{
		"there":                 {ensure.Usable, shown(idem.Resource{}), true},
		"pending":               {ensure.Usable, shown(idem.Resource{Readiness: idem.Pending}), false},
		"pending, but visible":  {ensure.Visible, shown(idem.Resource{Readiness: idem.Pending}), true},
		"failed":                {ensure.Visible, shown(idem.Resource{Readiness: idem.Failed}), false},
		"gone":                  {ensure.Visible, shown(idem.Resource{Readiness: idem.Gone}), false},
		"another":               {ensure.Visible, shown(idem.Resource{Disagreement: "VpcId"}), false},
		"not there":             {ensure.Visible, nothing, false},
		"Describe is throttled": {ensure.Visible, throttled, false},
	} {
		result, err := ensure.Known(&finder{id: c.id}, ensure.Past{ResourceIDs: []string{"rtb-old"}}, c.goal).Create(t.Context(), idem.Intent{ClientToken: "T"})
		var attempt *idem.AttemptError
		if (err == nil) != c.want || (result.ResourceID == "rtb-old") != c.want || err != nil && (!errors.As(err, &attempt) || attempt.Verdict != idem.NotApplied) {
			t.Errorf("%s: %q, %v", name, result.ResourceID, err)
		}
	}
	tagged := idem.Intent{Input: map[string]any{"TagSpecifications": []any{map[string]any{"Tags": []any{map[string]any{"Key": "Name", "Value": "a"}}}}}}
	for visible, want := range map[bool]bool{true: true, false: false} { // somebody may have removed a tag later
		past := ensure.Past{ResourceIDs: []string{"rtb-old"}, Visible: visible}
		if _, err := ensure.Known(&finder{id: shown(idem.Resource{})}, past, ensure.Usable).Create(t.Context(), tagged); (err == nil) != want {
			t.Errorf("without a tag, seen before %t: %v", visible, err)
		}
	}
}
