package cli

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A table that can't be reached costs a second or two, and no later call of the process waits for it again. Throttles and lost answers are
// waited out for longer.
func TestRepeatTableCall(t *testing.T) {
	unreachable := func(v idem.Verdict) error {
		return &idem.AttemptError{Verdict: v, Err: &dynamodb.UnreachableError{Endpoint: "http://h", Err: errors.New("refused")}}
	}
	refused, nohost := unreachable(idem.NotApplied), unreachable(idem.Misconfigured)
	lost := &idem.AttemptError{Verdict: idem.Unknown}
	throttled := &idem.AttemptError{Verdict: idem.NotApplied, Throttled: true}
	const more = connectAttempts + 1
	for _, test := range []struct {
		name     string
		calls    [][]error     // the errors of each call's attempts; the last one for ever
		attempts []int         // of each call; more is more than connectAttempts
		longest  time.Duration // of all calls; the waits are random
		outcome  idem.Outcome  // of the last call; "" for success
	}{
		{"refused", [][]error{{refused}, {refused}, {refused}}, []int{6, 1, 1}, 4 * time.Second, idem.NothingCreated},
		{"refused, then there", [][]error{{refused}, {nil}, {refused}}, []int{6, 1, 6}, 8 * time.Second, idem.NothingCreated},
		{"refused for a moment", [][]error{{refused, refused, refused, nil}}, []int{4}, time.Second, ""},
		{"no such host", [][]error{{nohost}}, []int{1}, 0, idem.NothingCreated},
		{"lost, then refused", [][]error{{lost, refused}}, []int{7}, 8 * time.Second, idem.OutcomeUnknown},
		{"lost", [][]error{{lost}}, []int{more}, 10 * time.Second, idem.OutcomeUnknown},
		{"throttled four times", [][]error{{throttled, throttled, throttled, throttled, nil}}, []int{5}, 10 * time.Second, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var reported []retry.Retry
				calls := &tableCalls{report: func(r retry.Retry) { reported = append(reported, r) }}
				var (
					attempts []int
					retries  int
					err      error
				)
				start := time.Now()
				for _, ends := range test.calls {
					n := 0
					err = calls.repeat(t.Context(), func(context.Context) error {
						n++
						return ends[min(n, len(ends))-1]
					})
					attempts = append(attempts, min(n, more))
					retries += n - 1
				}
				var outcome *idem.OutcomeError
				got := idem.Outcome("")
				if errors.As(err, &outcome) {
					got = outcome.Outcome
				}
				if !slices.Equal(attempts, test.attempts) || got != test.outcome || time.Since(start) > test.longest {
					t.Errorf("%d attempts in %s, %q (%v); want %d in at most %s, %q", attempts, time.Since(start), got, err, test.attempts, test.longest, test.outcome)
				}
				if len(reported) != retries {
					t.Errorf("%d retries are reported, want %d", len(reported), retries)
				}
				for _, r := range reported {
					if r.Attempt >= r.MaxAttempts {
						t.Errorf("attempt %d of %d is followed by another one", r.Attempt, r.MaxAttempts)
					}
				}
			})
		})
	}
}

// If the record of a create may have been written, the only hint is the command that settles the create: a resume may create the resource, and
// a new token would create a second one. An open create is settled by resume, which has neither --no-journal nor --ensure.
func TestHintsAboutTable(t *testing.T) {
	const flags = "; or use --no-journal; or --ensure with a key or a token"
	for _, test := range []struct {
		name      string
		outcome   idem.Outcome
		uncertain bool
		want      []string
	}{
		{"nothing was sent", idem.NothingCreated, false, []string{"mend" + flags}},
		{"the answer was lost", idem.OutcomeUnknown, true, []string{"to settle it: again"}},
		{"the create is open on record", idem.OutcomeUnknown, false, []string{"mend", "to settle it: again"}},
	} {
		err := &journal.WriteError{Err: &journal.TableError{Message: "no", Command: "mend"}, Uncertain: test.uncertain}
		got := explain(&createError{again: "again", err: &idem.OutcomeError{Outcome: test.outcome, Err: err}}).Hints
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
