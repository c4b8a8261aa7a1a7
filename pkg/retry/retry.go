// Package retry repeats the attempts of an intent until its outcome is settled or the budget is used up. It is the one
// place of the program where anything is retried, and the only user of cenkalti/backoff.
//
// It obeys the verdict of each attempt and never looks at what is behind it: an unknown or a not applied attempt is
// followed by another with the same intent, so with the same client token; any other verdict ends the loop. One unknown
// attempt makes the intent's outcome unknown, and only a match or a mismatch ends that: a later rejection speaks of the
// later request alone.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Retry is what is about to happen after an attempt that did not settle the intent.
type Retry struct {
	Attempt     int                // the number of the attempt that was made, from 1
	MaxAttempts int                // how many there may be
	Err         *idem.AttemptError // how it ended
	Delay       time.Duration      // the wait before the next attempt
}

// Wrap gives a Creator that calls next until the outcome is settled, within the policy's budget of attempts and of time.
// It tells report, if there is one, of each retry before the wait. Its errors are [*idem.OutcomeError]s.
//
// next must make one attempt a call and end it with an [*idem.AttemptError], or a match. The context that it gets ends
// with the attempt's limit; context.Cause says so.
func Wrap(next idem.Creator, policy Policy, report func(Retry)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if ctx.Err() != nil { // backoff runs the first attempt even then
			return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: context.Cause(ctx)}
		}
		s := newSchedule(policy)
		outcome := idem.NothingCreated

		attempt := func() (idem.Result, error) {
			limited, cancel := s.nextAttempt(ctx)
			defer cancel()
			result, err := next.Create(limited, intent)
			if err == nil {
				return result, nil
			}
			if !errors.As(err, &s.last) { // what was not judged proves nothing
				s.last = &idem.AttemptError{Verdict: idem.Unknown, Message: err.Error(), Err: err}
			}
			switch s.last.Verdict {
			case idem.Unknown, idem.Undecided:
				outcome = idem.OutcomeUnknown
			case idem.Mismatch:
				outcome = idem.NothingCreated
			}
			if s.last.Verdict.Retry() || s.last.NotYet && policy.Grace > 0 {
				return result, s.last
			}
			return result, backoff.Permanent(s.last)
		}
		notify := func(_ error, delay time.Duration) {
			if report != nil {
				report(Retry{s.attempts, policy.MaxAttempts, s.last, delay})
			}
		}

		// WithContext must be outermost: inside another wrapper it would not end a wait.
		result, err := backoff.RetryNotifyWithData(attempt, backoff.WithContext(s, ctx), notify)
		if err == nil {
			result.Attempts = s.attempts
			return result, nil
		}
		switch { // did the loop end before the intent did?
		case ctx.Err() != nil && err == ctx.Err(): //nolint:errorlint // not one that wraps it: an attempt's error may
			err = context.Cause(ctx)
		case s.exhausted != nil:
			err = s.exhausted
		}
		return idem.Result{}, &idem.OutcomeError{Outcome: outcome, Attempts: s.attempts, Last: s.last, Err: err}
	})
}

// A BudgetError says which part of the policy's budget is used up.
type BudgetError struct {
	Attempts int
	Elapsed  time.Duration
	Reason   string // what ended the loop, for a person
}

// Error says after how much the loop ended, and why.
func (e *BudgetError) Error() string {
	plural := "s"
	if e.Attempts == 1 {
		plural = ""
	}
	return fmt.Sprintf("gave up after %d attempt%s in %s: %s", e.Attempts, plural, e.Elapsed.Round(time.Millisecond), e.Reason)
}
