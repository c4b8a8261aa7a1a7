package retry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A schedule is the [backoff.BackOff] of one intent. It counts attempts and time, and returns each wait.
type schedule struct {
	policy   Policy
	start    time.Time
	attempts int
	last     *idem.AttemptError // how the last attempt ended

	usual, throttled *backoff.ExponentialBackOff // the intervals, before jitter
	clipped          bool                        // the last wait was cut short to end within the budget
	exhausted        *BudgetError                // set when the budget ends the loop
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

// NextBackOff returns the wait before the next attempt, or [backoff.Stop] if the budget is used up. The wait is at least as long as the
// last answer asked for.
func (s *schedule) NextBackOff() time.Duration {
	elapsed, total := time.Since(s.start), s.policy.MaxElapsedTime
	if s.attempts >= s.policy.MaxAttempts {
		return s.stop(elapsed, "no attempt is left of --max-attempts")
	}
	intervals := s.usual
	if s.last.Throttled {
		intervals = s.throttled
	}
	asked := s.last.RetryAfter
	delay := max(s.jitter(intervals.NextBackOff()), asked)
	if !s.last.Verdict.Retry() { // an attempt with NotYet
		if left := s.policy.Grace - elapsed; delay >= left {
			if left < asked || left <= 0 {
				return backoff.Stop
			}
			delay = left
		}
	}
	if left := total - elapsed; total > 0 && delay >= left {
		switch last := left - min(left/2, time.Second); { // the last attempt needs time as well
		case s.clipped || left < shortest:
			return s.stop(elapsed, fmt.Sprintf("no time for another is left of --max-elapsed-time %s", total))
		case asked > last:
			return s.stop(elapsed, fmt.Sprintf("the answer asks to wait %s, longer than is left of --max-elapsed-time %s", asked, total))
		default:
			s.clipped, delay = true, last
		}
	}
	return delay
}

// shortest is the time below which no further attempt is made.
const shortest = 10 * time.Millisecond

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
