package ensure_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
)

// Where EC2 answers with another resource than the one that the token made before, it has forgotten the token: that one is looked for.
func TestRecall(t *testing.T) {
	refused := func(int) ([]idem.Resource, error) {
		return nil, &idem.AttemptError{Verdict: idem.Rejected, Code: "UnauthorizedOperation"}
	}
	in := func(readiness idem.Readiness, disagreement string) replica {
		return func(int) ([]idem.Resource, error) {
			return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-old"}, Readiness: readiness, Disagreement: disagreement}}, nil
		}
	}
	for name, c := range map[string]struct {
		remembered string
		forgotten  bool
		past       ensure.Past
		id         replica
		want       string       // the result; "" for none
		verdict    idem.Verdict // of the error, if there is no result
		looks      int
	}{
		"nothing remembered":                {"", false, ensure.Past{}, nil, "rtb-new", 0, 0},
		"nothing remembered, long ago":      {"", true, ensure.Past{}, nil, "rtb-new", 0, 0},
		"the same":                          {"rtb-new", false, ensure.Past{}, nil, "rtb-new", 0, 0},
		"another, which is there":           {"rtb-old", false, ensure.Past{}, there("rtb-old"), "", idem.Undecided, 1},
		"another, which is gone":            {"rtb-old", false, ensure.Past{}, nothing, "rtb-new", 0, 1},
		"another, looking is refused":       {"rtb-old", false, ensure.Past{}, refused, "", idem.Undecided, 1},
		"another, looking is throttled":     {"rtb-old", false, ensure.Past{}, throttled, "", idem.NotApplied, 1},
		"long ago, it is there":             {"rtb-old", true, ensure.Past{}, there("rtb-old"), "rtb-old", 0, 1},
		"another, whose state is deleted":   {"rtb-old", false, ensure.Past{}, in(idem.Gone, ""), "rtb-new", 0, 1},
		"another, and time is left":         {"rtb-old", false, ensure.Past{ForgottenAt: time.Now().Add(time.Hour)}, nothing, "rtb-new", 0, 1},
		"long ago, its state is deleted":    {"rtb-old", true, ensure.Past{}, in(idem.Gone, ""), "", idem.Mismatch, 1},
		"long ago, it is another":           {"rtb-old", true, ensure.Past{}, in(idem.Usable, "its VpcId is vpc-2"), "", idem.Mismatch, 1},
		"long ago, it is gone":              {"rtb-old", true, ensure.Past{AnsweredAt: time.Unix(0, 0)}, nothing, "", idem.Mismatch, 11},
		"long ago, seen, it is gone":        {"rtb-old", true, ensure.Past{Visible: true}, nothing, "", idem.Mismatch, 11},
		"long ago, seen, it is missed once": {"rtb-old", true, ensure.Past{Visible: true}, first(nothing, there("rtb-old")), "rtb-old", 0, 2},
		"long ago, made now":                {"rtb-old", true, ensure.Past{AnsweredAt: time.Now()}, nothing, "", idem.NotApplied, 1},
		"long ago, looking is refused":      {"rtb-old", true, ensure.Past{}, refused, "", idem.Undecided, 1},
		"long ago, looking is throttled":    {"rtb-old", true, ensure.Past{}, throttled, "", idem.NotApplied, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &finder{id: c.id}
				create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
					if c.remembered != "" && c.forgotten {
						t.Error("it is sent")
					}
					return idem.Result{ResourceID: "rtb-new"}, nil
				})
				past := c.past
				if c.remembered != "" {
					past.ResourceIDs = []string{c.remembered}
				}
				if c.forgotten {
					past.ForgottenAt = time.Now()
				}
				result, err := ensure.Recall(f, create, past).Create(t.Context(), idem.Intent{ClientToken: "T"})
				var attempt *idem.AttemptError
				if errors.As(err, &attempt) != (c.want == "") || attempt != nil && attempt.Verdict != c.verdict || result.ResourceID != c.want || f.looks != c.looks {
					t.Errorf("%q, %v after %d looks", result.ResourceID, err, f.looks)
				}
			})
		})
	}
}

// The errors name the resource on record, what is wrong with it, and the cause.
func TestRecallMessages(t *testing.T) {
	refusal := &idem.AttemptError{Verdict: idem.Rejected, Code: "UnauthorizedOperation", Operation: "DescribeRouteTables", Message: "no"}
	refused := func(int) ([]idem.Resource, error) { return nil, refusal }
	throttle := &idem.AttemptError{Verdict: idem.NotApplied, Message: "slow down"}
	const denied = "An error occurred (UnauthorizedOperation) when calling the DescribeRouteTables operation: no"
	differs := func(int) ([]idem.Resource, error) {
		return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-old"}, Disagreement: "its VpcId is vpc-2"}}, nil
	}
	for name, c := range map[string]struct {
		forgotten bool
		id        replica
		create    error
		want      string
		is        error
	}{
		"a create that fails": {false, there("rtb-old"), throttle, "slow down", throttle},
		"two resources": {false, there("rtb-old"), nil, "the client token T made rtb-old before; EC2 no longer knew the token and made rtb-new: " +
			"delete the former, or delete the latter and use --token-window 0s", nil},
		"perhaps two": {false, refused, nil, "EC2 answered with rtb-new, but rtb-old was made with this token before, and Describe does not show whether it still exists: " + denied, refusal},
		"perhaps gone": {true, refused, nil, "rtb-old was made with this token so long ago that EC2 may have forgotten the token, and Describe does not show whether it still exists: " +
			denied, refusal},
		"another": {true, differs, nil, "rtb-old was made with this token, but is not the resource that was asked for: its VpcId is vpc-2", nil},
	} {
		past := ensure.Past{ResourceIDs: []string{"rtb-old"}}
		if c.forgotten {
			past.ForgottenAt = time.Unix(0, 0)
		}
		create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			return idem.Result{ResourceID: "rtb-new"}, c.create
		})
		_, err := ensure.Recall(&finder{id: c.id}, create, past).Create(t.Context(), idem.Intent{ClientToken: "T"})
		if err == nil || err.Error() != c.want || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An interrupt ends the ten seconds in which a resource on record must be missing.
func TestRecallInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		f, past := &finder{id: nothing}, ensure.Past{ResourceIDs: []string{"rtb-old"}, Visible: true, ForgottenAt: time.Unix(0, 0)}
		_, err := ensure.Recall(f, nil, past).Create(ctx, idem.Intent{ClientToken: "T"})
		var attempt *idem.AttemptError
		if !errors.As(err, &attempt) || attempt.Verdict != idem.NotApplied || f.looks != 3 {
			t.Errorf("%v after %d looks", err, f.looks)
		}
	})
}
