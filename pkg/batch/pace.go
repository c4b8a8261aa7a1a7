package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Pace decides when the next call to one API action in one account and Region may leave. The calls use up the account's tokens, and EC2
// throttles few of them. The package comment has the rule.
type Pace struct {
	turn chan struct{} // held by the caller that waits for the clock; the other callers queue for it in order
	wake chan struct{} // has an element when that caller should check again

	mu       sync.Mutex
	burst    int           // calls that the published bucket holds
	inFlight int           // calls that have left and have not ended
	taken    float64       // tokens that this Pace's calls took from the bucket
	marks    []mark        // when the bucket was empty, oldest first
	rate     float64       // calls a second; 0: not measured yet
	measured float64       // calls that the rate was measured over
	next     time.Time     // the next call must not leave before
	pause    time.Duration // before the next probe, while the rate is not known
}

// A mark is a moment at which the bucket was empty, and how many tokens had been taken by then.
type mark struct {
	at    time.Time
	taken float64
}

const (
	startWindow  = 3                      // calls in flight before the first throttle: as many may be throttled at once
	firstPause   = 250 * time.Millisecond // after the first throttle, while the bucket fills
	longestPause = 5 * time.Second        // between two probes
	memory       = 10 * time.Second       // the rate is measured over this time,
	minCalls     = 100                    // or over the longer time in which so many calls passed,
	longMemory   = time.Minute            // but not over more than this time
	doubleCalls  = 250                    // calls without a throttle after which the rate has doubled,
	doubleFewest = 4                      // or so few of them, if they took
	doubleTime   = 22 * time.Second       // this time
	leastRate    = 1                      // calls a second: EC2 publishes no slower refill for a create, so a lower rate is other clients' doing
	change       = 0.7                    // below this share of the measured rate, the latest interval shows that the rate has changed
	credit       = time.Second            // turns that nobody used are kept for this time
)

// NewPace returns the Pace of an action. capacity is the number of tokens that the action's bucket holds according to EC2's documentation.
func NewPace(capacity int) *Pace {
	return &Pace{turn: make(chan struct{}, 1), wake: make(chan struct{}, 1), burst: capacity, pause: firstPause}
}

// Creator returns a Creator that waits for its turn, calls next with the context of limit, and learns from the outcome. next makes one attempt
// per call. If the context ends before the turn, the error is a not applied [*idem.AttemptError]. The error of a throttled attempt has
// Throttled unset, because the Pace waits, and no other layer has to.
func (p *Pace) Creator(next idem.Creator, limit Limit) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		return paced(ctx, p, limit, func(ctx context.Context) (idem.Result, error) { return next.Create(ctx, intent) })
	})
}

// paced waits for its turn and makes a call.
func paced[T any](ctx context.Context, p *Pace, limit Limit, call func(context.Context) (T, error)) (T, error) {
	sent, err := p.wait(ctx)
	if err != nil {
		var none T
		return none, notSent(fmt.Errorf("nothing was sent while it waited for its turn: %w", err))
	}
	limited, cancel := limit(ctx)
	defer cancel()
	var throttled, took bool // both stay false if call panics
	defer func() { p.ended(sent, throttled, took) }()
	result, err := call(limited)
	throttled, took = isThrottled(err), tookToken(err)
	if throttled {
		err = idem.Changed(err, func(e *idem.AttemptError) { e.Throttled = false })
	}
	return result, err
}

// notSent returns the error of a call whose turn did not come.
func notSent(cause error) error {
	return &idem.AttemptError{Verdict: idem.NotApplied, Message: cause.Error(), Err: cause}
}

func isThrottled(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Throttled
}

// tookToken reports whether a call that returned an error, or nil, probably took a token from EC2's bucket.
func tookToken(err error) bool {
	var attempt *idem.AttemptError
	return err == nil || errors.As(err, &attempt) && attempt.Verdict != idem.NotApplied && attempt.Verdict != idem.Misconfigured
}

// wait waits for a turn and returns the time at which the turn came.
func (p *Pace) wait(ctx context.Context) (time.Time, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return time.Time{}, context.Cause(ctx)
	}
	defer func() { <-p.turn }()
	for {
		now := time.Now()
		delay, taken := p.take(now)
		if taken {
			return now, nil
		}
		if delay <= 0 {
			delay = time.Hour // the end of a call ends the wait earlier, through p.wake
		}
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-p.wake:
		case <-ctx.Done():
			timer.Stop()
			return time.Time{}, context.Cause(ctx)
		}
		timer.Stop()
	}
}

// take takes a turn if the time has come and the window is not full, and reports whether it did. If it did not, delay is how long to wait; 0
// means until a call ends.
func (p *Pace) take(now time.Time) (delay time.Duration, taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delay = p.next.Sub(now); delay > 0 {
		return delay, false
	}
	if p.rate == 0 && p.inFlight >= p.window() {
		return 0, false
	}
	if p.rate > 0 {
		if now.Sub(p.next) > credit {
			p.next = now.Add(-credit)
		}
		p.next = p.next.Add(seconds(1 / (p.rate * p.growth(now))))
	}
	p.inFlight++
	return 0, true
}

// growth returns the factor by which to exceed the measured rate. The factor grows with the calls since the last throttle: slowly if the
// rate was measured over many calls, but fast enough that a low rate also doubles within doubleTime.
func (p *Pace) growth(now time.Time) float64 {
	last := p.marks[len(p.marks)-1]
	since, elapsed := p.taken-last.taken, now.Sub(last.at).Seconds()
	double := min(doubleCalls, max(20, 4*p.measured))            // calls after which the rate has doubled, if they were made one by one
	doubt := since / (double * max(1, 0.75*float64(p.inFlight))) // EC2 may throttle all calls in flight together
	doubt = max(doubt, min(since/doubleFewest, elapsed/doubleTime.Seconds()))
	return 1 + doubt*doubt*doubt
}

// window returns how many calls may be in flight while the rate is not measured: few, because EC2 may throttle all of them together, and
// more with each call that passes.
func (p *Pace) window() int {
	if len(p.marks) > 0 {
		return 1 + int(p.taken-p.marks[len(p.marks)-1].taken)/4
	}
	return startWindow + max(0, int(p.taken)-p.burst)/p.burst
}

// ended records the end of a call that left at sent. throttled is whether EC2 throttled the call. taken is whether the call took a token from
// the bucket.
func (p *Pace) ended(sent time.Time, throttled, taken bool) {
	p.mu.Lock()
	p.inFlight--
	if taken {
		p.taken++
	}
	if throttled {
		p.empty(sent, time.Now())
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// empty records that the bucket is empty at now. The calls that passed since the bucket was last empty are the tokens of the refill.
func (p *Pace) empty(sent, now time.Time) {
	last := len(p.marks) - 1
	known := last >= 0 && !sent.After(p.marks[last].at) // the call left before the latest mark: both throttles show one empty bucket
	if known {
		p.marks[last] = mark{now, p.taken}
	} else {
		p.marks = append(p.marks, mark{now, p.taken})
		for len(p.marks) > 2 && p.forgets(p.marks[1], now) {
			p.marks = p.marks[1:]
		}
	}
	p.estimate(now)

	last = len(p.marks) - 1
	nonePassed := last > 0 && p.taken == p.marks[last-1].taken
	switch {
	case p.rate > 0 && !nonePassed:
		p.pause = firstPause
		p.next = now.Add(min(seconds(2/p.rate), longestPause))
	case !known: // probe after a pause that doubles
		p.next = now.Add(p.pause)
		p.pause = min(2*p.pause, longestPause)
	}
}

// forgets reports whether a mark is old enough that the rate is measured from it, and older marks are not needed.
func (p *Pace) forgets(m mark, now time.Time) bool {
	age := now.Sub(m.at)
	return age > memory && (p.taken-m.taken >= minCalls || age > longMemory)
}

// estimate measures the rate between the oldest mark and the newest. The bucket held less than one token at both. So the number of calls
// that passed in between is the number of tokens that came in, to within one.
func (p *Pace) estimate(now time.Time) {
	last := len(p.marks) - 1
	p.measured = p.taken - p.marks[0].taken
	elapsed := now.Sub(p.marks[0].at).Seconds()
	if last == 0 || p.measured < 4 || elapsed == 0 {
		return
	}
	p.rate = max(leastRate, (p.measured-0.5)/elapsed)
	before := p.marks[last-1]
	lately := now.Sub(before.at).Seconds()
	if most := (p.taken - before.taken + 2) / lately; most < p.rate {
		if most < p.rate*change { // another client began to make calls: older marks no longer count
			p.marks = p.marks[last-1:]
		}
		p.rate = max(leastRate, most)
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
