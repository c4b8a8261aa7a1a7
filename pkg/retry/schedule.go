package retry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/awsidem/awsidem/pkg/idem"
)

// shortest is the time below which no further attempt is made.
const shortest = 10 * time.Millisecond

// A schedule is the [backoff.BackOff] of one intent. It counts attempts and time, and returns each wait.
type schedule struct {
	policy   Policy
	start    time.Time          // of the loop
	attempts int                // the number of attempts that have begun
	last     *idem.AttemptError // how the last attempt ended

	usual, throttled *backoff.ExponentialBackOff // the intervals after other attempts and after throttled ones, before jitter
	clipped          bool                        // whether a wait was shortened, so that the last attempt fits into the budget
	exhausted        *BudgetError                // the part of the budget that ended the loop; nil if none has
}

func newSchedule(p Policy) *schedule {
	exponential := func(initial time.Duration) *backoff.ExponentialBackOff {
		return backoff.NewExponentialBackOff(
			backoff.WithInitialInterval(min(initial, p.MaxInterval)),
			backoff.WithMaxInterval(p.MaxInterval),
			backoff.WithMultiplier(p.Multiplier),
			backoff.WithRandomizationFactor(0), // the method jitter adds jitter, because a test can't set backoff's random numbers
			backoff.WithMaxElapsedTime(0),      // NextBackOff keeps the budget, because backoff can't limit attempts or shorten the last wait
		)
	}
	return &schedule{
		policy:    p,
		start:     time.Now(),
		usual:     exponential(p.InitialInterval),
		throttled: exponential(min(p.InitialInterval, p.MaxInterval/ThrottleFactor) * ThrottleFactor),
	}
}

// nextAttempt counts an attempt and returns a context with the attempt's time limit.
func (s *schedule) nextAttempt(ctx context.Context) (context.Context, context.CancelFunc) {
	s.attempts++
	limit := s.policy.AttemptTimeout
	if total := s.policy.MaxElapsedTime; total > 0 {
		left := max(total-time.Since(s.start), 1) // 0 would mean no limit
		if limit == 0 || left < limit {
			limit = left
		}
	}
	if limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit.Round(time.Millisecond)))
}

// NextBackOff returns the wait before the next attempt, or [backoff.Stop] if the grace or the budget is used up. The wait is at least as
// long as the last answer asked for.
func (s *schedule) NextBackOff() time.Duration {
	elapsed := time.Since(s.start)
	if s.attempts >= s.policy.MaxAttempts {
		return s.stop(elapsed, "no attempt is left of --max-attempts")
	}
	intervals := s.usual
	if s.last.Throttled {
		intervals = s.throttled
	}
	delay := max(s.jitter(intervals.NextBackOff()), s.last.RetryAfter)
	if !s.last.Verdict.Retry() { // the loop goes on only because the attempt has NotYet
		left := s.policy.Grace - elapsed
		if left <= 0 || left < s.last.RetryAfter {
			return backoff.Stop // the error of the loop is the last attempt's
		}
		delay = min(delay, left)
	}
	return s.withinBudget(delay, elapsed)
}

// withinBudget returns the wait delay, shortened once so that a last attempt fits into MaxElapsedTime, or [backoff.Stop] if no further attempt
// fits.
func (s *schedule) withinBudget(delay, elapsed time.Duration) time.Duration {
	total, asked := s.policy.MaxElapsedTime, s.last.RetryAfter
	left := total - elapsed
	if total <= 0 || delay < left {
		return delay
	}
	longest := left - min(left/2, time.Second) // the last attempt needs time as well
	switch {
	case s.clipped || left < shortest:
		return s.stop(elapsed, fmt.Sprintf("no time for another is left of --max-elapsed-time %s", total))
	case asked > longest:
		return s.stop(elapsed, fmt.Sprintf("the answer asks to wait %s, longer than is left of --max-elapsed-time %s", asked, total))
	}
	s.clipped = true
	return longest
}

// stop records why the budget ends the loop, and returns [backoff.Stop].
func (s *schedule) stop(elapsed time.Duration, reason string) time.Duration {
	s.exhausted = &BudgetError{Attempts: s.attempts, Elapsed: elapsed, Reason: reason}
	return backoff.Stop
}

// jitter returns a random wait in interval·(1±RandomizationFactor).
func (s *schedule) jitter(interval time.Duration) time.Duration {
	random := rand.Float64 // spreads the load; nothing here is secret
	if s.policy.Rand != nil {
		random = s.policy.Rand
	}
	return time.Duration(float64(interval) * (1 + s.policy.RandomizationFactor*(2*random()-1)))
}

// Reset is part of [backoff.BackOff]. A schedule serves one loop, which calls Reset once at its start.
func (s *schedule) Reset() {}
