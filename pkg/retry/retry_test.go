package retry

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/awsidem/awsidem/pkg/idem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Ends of attempts.
var (
	matched       = (*idem.AttemptError)(nil)
	unknown       = &idem.AttemptError{Verdict: idem.Unknown, Message: "reset"}
	notApplied    = &idem.AttemptError{Verdict: idem.NotApplied, Message: "refused"}
	throttled     = &idem.AttemptError{Verdict: idem.NotApplied, Code: "RequestLimitExceeded", Throttled: true}
	rejected      = &idem.AttemptError{Verdict: idem.Rejected, Code: "UnauthorizedOperation"}
	mismatch      = &idem.AttemptError{Verdict: idem.Mismatch, Code: "IdempotentParameterMismatch"}
	misconfigured = &idem.AttemptError{Verdict: idem.Misconfigured, Message: "no credentials"}
	undecided     = &idem.AttemptError{Verdict: idem.Undecided, Message: "two resources"}
	notYet        = &idem.AttemptError{Verdict: idem.Rejected, Code: "InvalidVpcID.NotFound", NotYet: true}
)

// script returns a Creator whose attempts end one after the other as given, the last one for ever.
func script(calls *int, ends ...*idem.AttemptError) idem.Creator {
	return idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		end := ends[min(*calls, len(ends)-1)]
		*calls++
		if end == nil {
			return idem.Result{ResourceID: "rtb-1"}, nil
		}
		return idem.Result{}, end
	})
}

// still is a policy without jitter.
func still() Policy {
	p := DefaultPolicy()
	p.RandomizationFactor = 0
	return p
}

func TestOutcomeOfVerdicts(t *testing.T) {
	for name, test := range map[string]struct {
		ends     []*idem.AttemptError
		outcome  idem.Outcome // "" for success
		attempts int
	}{
		"matched at once":                       {[]*idem.AttemptError{matched}, "", 1},
		"matched after everything that retries": {[]*idem.AttemptError{unknown, throttled, notApplied, unknown, matched}, "", 5},
		"rejected":                              {[]*idem.AttemptError{rejected}, idem.NothingCreated, 1},
		"rejected after a throttle":             {[]*idem.AttemptError{throttled, rejected}, idem.NothingCreated, 2},
		"an unknown attempt outlives rejection": {[]*idem.AttemptError{unknown, rejected}, idem.OutcomeUnknown, 2},
		"and a loss of the configuration":       {[]*idem.AttemptError{unknown, notApplied, misconfigured}, idem.OutcomeUnknown, 3},
		"but not a mismatch":                    {[]*idem.AttemptError{unknown, mismatch}, idem.NothingCreated, 2},
		"mismatch":                              {[]*idem.AttemptError{mismatch}, idem.NothingCreated, 1},
		"misconfigured":                         {[]*idem.AttemptError{misconfigured}, idem.NothingCreated, 1},
		"undecided":                             {[]*idem.AttemptError{undecided}, idem.OutcomeUnknown, 1},
		"not found yet, without a grace":        {[]*idem.AttemptError{notYet}, idem.NothingCreated, 1},
		"throttled to the end":                  {[]*idem.AttemptError{throttled}, idem.NothingCreated, 20},
		"unknown once, throttled to the end":    {[]*idem.AttemptError{unknown, throttled}, idem.OutcomeUnknown, 20},
		"unknown to the end":                    {[]*idem.AttemptError{unknown}, idem.OutcomeUnknown, 20},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				policy, calls := still(), 0
				policy.MaxElapsedTime = 0
				result, err := Wrap(script(&calls, test.ends...), policy, nil).Create(t.Context(), idem.Intent{})
				if calls != test.attempts {
					t.Errorf("%d attempts, want %d", calls, test.attempts)
				}
				if test.outcome == "" {
					if err != nil || result.ResourceID != "rtb-1" || result.Attempts != test.attempts {
						t.Errorf("Create = %+v, %v", result, err)
					}
					return
				}
				var outcome *idem.OutcomeError
				if !errors.As(err, &outcome) {
					t.Fatalf("Create: %v, want an OutcomeError", err)
				}
				if outcome.Outcome != test.outcome || outcome.Attempts != test.attempts || outcome.Last != test.ends[len(test.ends)-1] {
					t.Errorf("Create: %+v, want %v after %d", outcome, test.outcome, test.attempts)
				}
			})
		})
	}
}

func TestDelays(t *testing.T) {
	ms, s := time.Millisecond, time.Second
	after := func(d time.Duration) *idem.AttemptError { return &idem.AttemptError{RetryAfter: d} }
	for name, test := range map[string]struct {
		change func(*Policy)
		ends   []*idem.AttemptError
		delays []time.Duration
	}{
		"the interval doubles up to the greatest": {
			func(p *Policy) { p.MaxInterval = 500 * ms; p.MaxAttempts = 6 }, []*idem.AttemptError{unknown},
			[]time.Duration{100 * ms, 200 * ms, 400 * ms, 500 * ms, 500 * ms},
		},
		"a throttle has intervals of its own": {
			func(p *Policy) { p.MaxAttempts = 6 }, []*idem.AttemptError{throttled, throttled, unknown, throttled, unknown},
			[]time.Duration{1 * s, 2 * s, 100 * ms, 4 * s, 200 * ms},
		},
		"the first interval is no greater than the greatest": {
			func(p *Policy) { p.InitialInterval = math.MaxInt64; p.MaxAttempts = 3 }, []*idem.AttemptError{throttled, unknown},
			[]time.Duration{20 * s, 20 * s},
		},
		"what the answer asks for is kept": {
			func(p *Policy) { p.MaxAttempts = 4 }, []*idem.AttemptError{after(3 * s), after(1 * ms), after(300 * ms)},
			[]time.Duration{3 * s, 200 * ms, 400 * ms},
		},
		"full jitter goes from nothing to twice the interval": {
			func(p *Policy) {
				p.MaxAttempts, p.RandomizationFactor, p.Multiplier = 4, 1, 1
				random := []float64{0, 0.5, 0.75}
				p.Rand = func() float64 { r := random[0]; random = random[1:]; return r }
			}, []*idem.AttemptError{unknown},
			[]time.Duration{0, 100 * ms, 150 * ms},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				policy, calls := still(), 0
				test.change(&policy)
				var delays []time.Duration
				report := func(r Retry) { delays = append(delays, r.Delay) }
				start := time.Now()
				_, err := Wrap(script(&calls, test.ends...), policy, report).Create(t.Context(), idem.Intent{})
				if err == nil {
					t.Fatal("Create succeeded")
				}
				if diff := cmp.Diff(test.delays, delays); diff != "" {
					t.Errorf("delays (-want +got):\n%s", diff)
				}
				var sum time.Duration
				for _, d := range test.delays {
					sum += d
				}
				if got := time.Since(start); got != sum {
					t.Errorf("it took %s, want %s", got, sum)
				}
			})
		})
	}
}

// slow is a Creator whose attempts take d, or until their context ends.
func slow(calls *int, d time.Duration) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, _ idem.Intent) (idem.Result, error) {
		*calls++
		select {
		case <-ctx.Done():
			return idem.Result{}, &idem.AttemptError{Message: context.Cause(ctx).Error()}
		case <-time.After(d):
			return idem.Result{}, unknown
		}
	})
}

func TestTimeBudget(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*Policy)
		attempt time.Duration
		calls   int
		elapsed time.Duration
		message string
	}{
		"an attempt has its own limit": {
			func(p *Policy) { p.MaxAttempts, p.InitialInterval = 3, 0 }, time.Hour, 3, time.Minute, "gave up after 3 attempts in 1m0s: no attempt is left of --max-attempts",
		},
		"the last attempt ends with the budget": {
			func(p *Policy) { p.MaxElapsedTime, p.InitialInterval = 50*time.Second, 0 }, time.Hour, 3, 50 * time.Second,
			"gave up after 3 attempts in 50s: no time for another is left of --max-elapsed-time 50s",
		},
		"a wait that the budget has no room for is cut short, once, for a last attempt of a second": {
			func(p *Policy) { p.MaxElapsedTime, p.InitialInterval = 10*time.Second, 8*time.Second }, 3 * time.Second, 2, 10 * time.Second,
			"gave up after 2 attempts in 10s: no time for another is left of --max-elapsed-time 10s",
		},
		"no limit of the attempt leaves that of the budget": {
			func(p *Policy) { p.MaxElapsedTime, p.AttemptTimeout = 30*time.Second, 0 }, time.Hour, 1, 30 * time.Second,
			"gave up after 1 attempt in 30s: no time for another is left of --max-elapsed-time 30s",
		},
		"without limits of time an attempt may take an hour": {
			func(p *Policy) { p.MaxAttempts, p.MaxElapsedTime, p.AttemptTimeout, p.InitialInterval = 3, 0, 0, 0 }, time.Hour, 3, 3 * time.Hour,
			"gave up after 3 attempts in 3h0m0s: no attempt is left of --max-attempts",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				policy, calls := still(), 0
				test.change(&policy)
				start := time.Now()
				_, err := Wrap(slow(&calls, test.attempt), policy, nil).Create(t.Context(), idem.Intent{})
				var budget *BudgetError
				if !errors.As(err, &budget) || err.Error() != test.message {
					t.Errorf("Create: %v, want the BudgetError %q", err, test.message)
				}
				if elapsed := time.Since(start); calls != test.calls || elapsed != test.elapsed {
					t.Errorf("%d attempts in %s, want %d in %s", calls, elapsed, test.calls, test.elapsed)
				}
			})
		})
	}
}

// The budget shortens one wait only. The attempt after the shortened wait is the last one, even if it ends at once.
func TestBudgetShortensOneWait(t *testing.T) {
	for _, test := range []struct {
		budget, interval, last time.Duration
		calls                  int
	}{
		{10 * time.Second, 8 * time.Second, 9 * time.Second, 3},          // a second before the end
		{time.Second, 600 * time.Millisecond, 800 * time.Millisecond, 3}, // in the middle of the time that is left
		{time.Second, 995 * time.Millisecond, 995 * time.Millisecond, 2}, // 5 ms are too short for another attempt
	} {
		synctest.Test(t, func(t *testing.T) {
			policy, calls, start := still(), 0, time.Now()
			policy.MaxElapsedTime, policy.InitialInterval = test.budget, test.interval
			_, err := Wrap(script(&calls, unknown), policy, nil).Create(t.Context(), idem.Intent{})
			if elapsed := time.Since(start); err == nil || calls != test.calls || elapsed != test.last {
				t.Errorf("%d attempts in %s, want %d in %s: %v", calls, elapsed, test.calls, test.last, err)
			}
		})
	}
}

// The end of the grace shortens a wait, too. That leaves the budget its own last attempt.
func TestGraceShortensAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy, calls, start := still(), 0, time.Now()
		policy.MaxElapsedTime, policy.InitialInterval, policy.Grace = 20*time.Second, 8*time.Second, 10*time.Second
		_, err := Wrap(script(&calls, notYet, notYet, unknown), policy, nil).Create(t.Context(), idem.Intent{})
		if elapsed := time.Since(start); err == nil || calls != 4 || elapsed != 19*time.Second { // after 8 s, 10 s and 19 s
			t.Errorf("%d attempts in %s: %v", calls, elapsed, err)
		}
		calls, start = 0, time.Now()
		_, err = Wrap(script(&calls, notYet), policy, nil).Create(t.Context(), idem.Intent{})
		if elapsed := time.Since(start); err == nil || calls != 3 || elapsed != 10*time.Second {
			t.Errorf("%d attempts in %s: %v", calls, elapsed, err)
		}
	})
}

// A grace retries nothing but what EC2 did not find, and not before the time that the answer asks for.
func TestGraceDoesNotRetry(t *testing.T) {
	later := *notYet
	later.RetryAfter = time.Hour
	for name, end := range map[string]*idem.AttemptError{"another rejection": rejected, "an answer that asks for more than is left": &later} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				policy, calls := still(), 0
				policy.Grace = 10 * time.Second
				_, err := Wrap(script(&calls, end), policy, nil).Create(t.Context(), idem.Intent{})
				if calls != 1 || err == nil || err.Error() != end.Error() {
					t.Errorf("Create: %v after %d attempts", err, calls)
				}
			})
		})
	}
}

func TestAnswerThatAsksForMoreThanIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		end := &idem.AttemptError{Verdict: idem.NotApplied, RetryAfter: time.Hour}
		_, err := Wrap(script(&calls, end), still(), nil).Create(t.Context(), idem.Intent{})
		if calls != 1 || err == nil || !strings.Contains(err.Error(), "asks to wait 1h0m0s") {
			t.Errorf("Create: %v after %d attempts", err, calls)
		}
	})
}

func TestInterrupt(t *testing.T) {
	why := errors.New("interrupted")
	create := func(t *testing.T, creator idem.Creator, after time.Duration) (*idem.OutcomeError, time.Duration) {
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		if after == 0 {
			cancel(why)
		} else {
			time.AfterFunc(after, func() { cancel(why) })
		}
		_, err := Wrap(creator, still(), nil).Create(ctx, idem.Intent{})
		var outcome *idem.OutcomeError
		if !errors.As(err, &outcome) || !errors.Is(err, why) {
			t.Fatalf("Create: %v, want an OutcomeError of the interrupt", err)
		}
		return outcome, time.Since(start)
	}
	t.Run("before the first attempt nothing is sent", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			if outcome, _ := create(t, script(&calls, matched), 0); calls != 0 || outcome.Outcome != idem.NothingCreated {
				t.Errorf("%d attempts, %+v", calls, outcome)
			}
		})
	})
	t.Run("during an attempt the outcome is unknown", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			outcome, elapsed := create(t, slow(&calls, time.Hour), time.Second)
			if calls != 1 || outcome.Outcome != idem.OutcomeUnknown || elapsed != time.Second {
				t.Errorf("%d attempts in %s, %+v", calls, elapsed, outcome)
			}
		})
	})
	t.Run("during a wait it ends at once, and the last error is kept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			outcome, elapsed := create(t, script(&calls, throttled), 500*time.Millisecond)
			if calls != 1 || outcome.Outcome != idem.NothingCreated || outcome.Last != throttled || elapsed != 500*time.Millisecond {
				t.Errorf("%d attempts in %s, %+v", calls, elapsed, outcome)
			}
		})
	})
}

// Without a grace, a refusal of the last attempt is the reason, not the budget.
func TestRefusalOfTheLastAttempt(t *testing.T) {
	policy, calls := still(), 0
	policy.MaxAttempts = 1
	_, err := Wrap(script(&calls, notYet), policy, nil).Create(t.Context(), idem.Intent{})
	if err == nil || err.Error() != notYet.Error() {
		t.Errorf("Create: %v, want %v", err, notYet)
	}
}

// If an attempt ends with a refusal although the context has ended, the refusal is the reason.
func TestRefusalDuringInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	creator := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		cancel()
		return idem.Result{}, rejected
	})
	_, err := Wrap(creator, still(), nil).Create(ctx, idem.Intent{})
	if err == nil || err.Error() != rejected.Error() {
		t.Errorf("Create: %v, want %v", err, rejected)
	}
}

func TestErrorThatWasNotJudgedProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, strange := 0, errors.New("what is this")
		creator := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			calls++
			return idem.Result{}, strange
		})
		var outcome *idem.OutcomeError
		_, err := Wrap(creator, still(), nil).Create(t.Context(), idem.Intent{})
		if !errors.As(err, &outcome) || outcome.Outcome != idem.OutcomeUnknown || calls != 20 ||
			outcome.Last.Error() != strange.Error() || !errors.Is(err, strange) {
			t.Errorf("Create: %v after %d attempts", err, calls)
		}
	})
}

func TestValidate(t *testing.T) {
	least := Policy{MaxAttempts: 1, Multiplier: 1}
	for _, p := range []Policy{DefaultPolicy(), least} {
		if err := p.Validate(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	for flag, change := range map[string]func(*Policy){
		"--max-attempts":     func(p *Policy) { p.MaxAttempts = 0 },
		"--max-elapsed-time": func(p *Policy) { p.MaxElapsedTime = -1 },
		"--attempt-timeout":  func(p *Policy) { p.AttemptTimeout = -1 },
		"--initial-interval": func(p *Policy) { p.InitialInterval = -1 },
		"--max-interval":     func(p *Policy) { p.MaxInterval = -1 },
		"--grace":            func(p *Policy) { p.Grace = -1 },
		"--multiplier":       func(p *Policy) { p.Multiplier = math.NaN() },
		"--multiplier must be from 1 to 1000000, not 0.9":      func(p *Policy) { p.Multiplier = 0.9 },
		"--multiplier must be from 1 to 1000000, not 2e+06":    func(p *Policy) { p.Multiplier = 2e6 },
		"--randomization-factor":                               func(p *Policy) { p.RandomizationFactor = 1.1 },
		"--randomization-factor must be from 0 to 1, not -0.1": func(p *Policy) { p.RandomizationFactor = -0.1 },
	} {
		p := DefaultPolicy()
		change(&p)
		if err := p.Validate(); err == nil || !strings.HasPrefix(err.Error(), flag) {
			t.Errorf("%s: Validate() = %v", flag, err)
		}
	}
}
