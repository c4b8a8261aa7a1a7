// Package retry repeats the attempts of an intent until its outcome is settled or the budget is used up. No other package repeats a
// create, and only this package uses cenkalti/backoff.
//
// The verdict of an attempt decides. After an unknown or a not applied attempt, another attempt follows with the same intent, and so
// with the same client token. If EC2 does not find a resource that the request names (NotYet), another attempt follows within
// [Policy].Grace. Any other verdict ends the loop.
//
// After one unknown attempt, the intent's outcome is unknown. Then only a match or a mismatch settles the outcome: a later rejection proves
// nothing about the earlier request.
//
// A wait is never shorter than the answer's Retry-After.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Retry describes an attempt that did not settle the intent, and the wait that follows.
type Retry struct {
	Attempt     int                // the number of the attempt; the first is 1
	MaxAttempts int                // the policy's MaxAttempts
	Err         *idem.AttemptError // how the attempt ended
	Delay       time.Duration      // the wait before the next attempt
}

// Wrap returns a Creator that calls next until the outcome is settled, within the policy's budget of attempts and time. Before each
// wait it calls report, unless report is nil. Its errors are [*idem.OutcomeError]s. The Err of such an error is the last
// [*idem.AttemptError], a [*BudgetError] if the budget is used up, or the cause of the context if the context ended.
//
// next makes one attempt per call, and returns a match or an [*idem.AttemptError]. Any other error counts as an unknown attempt. Each call
// gets a context that ends at the attempt's time limit, with a cause that names the limit.
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
			if !errors.As(err, &s.last) { // an error without a verdict proves nothing
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

		// WithContext must be the outermost wrapper: inside another one it would not end a wait.
		result, err := backoff.RetryNotifyWithData(attempt, backoff.WithContext(s, ctx), notify)
		if err == nil {
			result.Attempts = s.attempts
			return result, nil
		}
		switch { // if the loop ended for a reason other than the last attempt, err is that reason
		case err == ctx.Err(): //nolint:errorlint // an attempt's error may wrap ctx.Err
			err = context.Cause(ctx)
		case s.exhausted != nil:
			err = s.exhausted
		}
		return idem.Result{}, &idem.OutcomeError{Outcome: outcome, Attempts: s.attempts, Last: s.last, Err: err}
	})
}

// A BudgetError reports which part of the policy's budget is used up.
type BudgetError struct {
	Attempts int
	Elapsed  time.Duration
	Reason   string // which part of the budget is used up, in words
}

// Error returns the number of attempts, the time and the reason.
func (e *BudgetError) Error() string {
	plural := "s"
	if e.Attempts == 1 {
		plural = ""
	}
	return fmt.Sprintf("gave up after %d attempt%s in %s: %s", e.Attempts, plural, e.Elapsed.Round(time.Millisecond), e.Reason)
}
