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
