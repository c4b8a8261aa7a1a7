package idem_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

// --cli-error-format json prints the name of a verdict as the code, if EC2 sent no error code.
func TestVerdicts(t *testing.T) {
	for verdict, want := range map[idem.Verdict]struct {
		name  string
		retry bool
	}{
		idem.Unknown: {"unknown", true}, idem.NotApplied: {"not applied", true},
		idem.Matched: {"matched", false}, idem.Mismatch: {"mismatch", false}, idem.Rejected: {"rejected", false},
		idem.Misconfigured: {"misconfigured", false}, idem.Undecided: {"undecided", false},
	} {
		if verdict.String() != want.name || verdict.Retry() != want.retry {
			t.Errorf("%s, retry %v; want %s, %v", verdict, verdict.Retry(), want.name, want.retry)
		}
	}
}

// An OutcomeError reads as the reason why there was no further attempt. errors.Is and errors.As find the reason and the last attempt.
func TestOutcomeError(t *testing.T) {
	reset := errors.New("connection reset")
	last := &idem.AttemptError{Message: "no answer", Err: reset}
	for name, err := range map[string]*idem.OutcomeError{
		"interrupted":     {Last: last, Err: context.Canceled},
		"last attempt":    {Last: last, Err: last},
		"without attempt": {Err: context.Canceled},
	} {
		if err.Error() != err.Err.Error() || !errors.Is(err, err.Err) {
			t.Errorf("%s: %v is not its reason", name, err)
		}
		var attempt *idem.AttemptError
		if errors.As(err, &attempt) != (err.Last != nil) || attempt != err.Last || errors.Is(err, reset) != (err.Last != nil) {
			t.Errorf("%s: the last attempt is %v", name, attempt)
		}
		if wrapped := err.Unwrap(); slices.Contains(wrapped, nil) || len(slices.Compact(slices.Clone(wrapped))) != len(wrapped) {
			t.Errorf("%s: Unwrap() = %v", name, wrapped)
		}
	}
}

func TestIDs(t *testing.T) {
	for _, test := range []struct {
		result idem.Result
		want   []string
	}{
		{idem.Result{}, nil},
		{idem.Result{ResourceID: "rtb-1"}, []string{"rtb-1"}},
		{idem.Result{ResourceID: "i-1", ResourceIDs: []string{"i-1", "i-2"}}, []string{"i-1", "i-2"}},
	} {
		if diff := cmp.Diff(test.want, test.result.IDs()); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.result, diff)
		}
	}
}

func TestDryRun(t *testing.T) {
	for _, test := range []struct {
		input map[string]any
		want  bool
	}{
		{nil, false}, {map[string]any{"DryRun": true}, true}, {map[string]any{"DryRun": false}, false},
	} {
		if got := (idem.Intent{Input: test.input}).DryRun(); got != test.want {
			t.Errorf("%v: %v", test.input, got)
		}
	}
}

func TestTagMap(t *testing.T) {
	list := []any{map[string]any{"Key": "Name", "Value": "a"}, map[string]any{"Key": "empty"}, map[string]any{"Value": "no key"}, "no tag"}
	if diff := cmp.Diff(map[string]string{"Name": "a", "empty": ""}, idem.TagMap(list)); diff != "" {
		t.Error(diff)
	}
	if tags := idem.TagMap("no list"); tags == nil || len(tags) != 0 {
		t.Errorf("%#v", tags)
	}
}
