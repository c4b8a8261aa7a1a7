package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Pace says when the next call to one API action of one account and Region may leave, so that the account's throttle is
// used up and hardly ever struck. See the package comment for its rule.
type Pace struct {
	turn chan struct{} // held by the one caller that waits for the clock; the others queue for it in order
	wake chan struct{} // something changed for it

	mu       sync.Mutex
	burst    int     // calls that the published bucket holds
	inFlight int     // calls that have left and not ended
	taken    float64 // calls that the bucket let pass
	marks    []mark  // when it was empty, oldest first
	rate     float64 // calls a second; 0: not known yet
	passed   float64 // calls that the rate was measured over
	next     time.Time
	pause    time.Duration // before the next probe, while the rate is not known
}

// A mark is a moment at which the bucket was empty.
type mark struct {
	at    time.Time
	taken float64
}

const (
	startWindow  = 3                      // calls in flight while nothing is known: as many may be throttled at once
	firstPause   = 250 * time.Millisecond // after the first throttle, to see what comes in
	longestPause = 5 * time.Second        // between two probes: there is always progress
	memory       = 10 * time.Second       // how far back the rate is measured,
	fewest       = 100                    // but over no fewer calls,
	longMemory   = time.Minute            // unless that is too long ago
	curiosity    = 250                    // calls since the last throttle at which the rate has doubled
	curiousAfter = 70                     // or as few of them
	patience     = 22 * time.Second       // in as much time
	change       = 0.7                    // a lower share of the measured rate in the latest interval is no chance
	credit       = time.Second            // what was not used for so long may be made up for
)

// NewPace gives the pace of an action whose published bucket holds so many calls.
func NewPace(capacity int) *Pace {
	return &Pace{turn: make(chan struct{}, 1), wake: make(chan struct{}, 1), burst: capacity, pause: firstPause}
}

// Creator gives a Creator that waits for its turn, then calls next, which makes one attempt a call, and learns from how it
// ends. The limit of an attempt begins with its turn. A throttled attempt is not told to be one: the pace does the waiting.
func (p *Pace) Creator(next idem.Creator, limit Limit) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		return paced(ctx, p, limit, func(ctx context.Context) (idem.Result, error) { return next.Create(ctx, intent) })
	})
}

// paced makes a call at its turn.
func paced[T any](ctx context.Context, p *Pace, limit Limit, call func(context.Context) (T, error)) (T, error) {
	sent, err := p.wait(ctx)
	if err != nil {
		var none T
		return none, unturned(fmt.Errorf("nothing was sent while it waited for its turn: %w", err))
	}
	limited, cancel := limit(ctx)
	defer cancel()
	result, err := call(limited)
	throttled := isThrottled(err)
	p.ended(sent, throttled, err == nil || answered(err))
	if throttled {
		err = unhurried(err)
	}
	return result, err
}

// unturned is the end of a call whose turn did not come.
func unturned(cause error) error {
	return &idem.AttemptError{Verdict: idem.NotApplied, Message: cause.Error(), Err: cause}
}

func isThrottled(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Throttled
}

// answered reports whether an attempt that failed took a call out of the bucket, as far as can be told.
func answered(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Verdict != idem.NotApplied && attempt.Verdict != idem.Misconfigured
}

// unhurried is a throttled attempt's error without the longer wait that it asks for.
func unhurried(err error) error {
	var attempt *idem.AttemptError
	if !errors.As(err, &attempt) {
		return err
	}
	e := *attempt
	e.Throttled = false
	return &e
}

// wait waits for a turn and gives its time.
func (p *Pace) wait(ctx context.Context) (time.Time, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return time.Time{}, context.Cause(ctx)
	}
	defer func() { <-p.turn }()
	for {
		now := time.Now()
		delay, free := p.take(now)
		if delay <= 0 && free {
			return now, nil
		}
		if delay <= 0 {
			delay = time.Hour // until something ends
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

// take takes a turn, if it is time and a place is free.
func (p *Pace) take(now time.Time) (delay time.Duration, free bool) {
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

// growth is by how much what passed since the last throttle says that the rate is too low: the more was measured, the longer it
// is believed, though not for long where calls are so few that it would take minutes to see that others have gone.
func (p *Pace) growth(now time.Time) float64 {
	last := p.marks[len(p.marks)-1]
	since, elapsed := p.taken-last.taken, now.Sub(last.at).Seconds()
	doubt := since / (min(curiosity, max(20, 4*p.passed)) * max(1, 0.75*float64(p.inFlight))) // all in flight may be throttled together
	doubt = max(doubt, min(since/curiousAfter, elapsed/patience.Seconds()))
	return 1 + doubt*doubt*doubt
}

// window is how many calls may be in flight while the rate is not known: few, for all of them may be throttled; more the
// longer none is.
func (p *Pace) window() int {
	if len(p.marks) > 0 {
		return 1 + int(p.taken-p.marks[len(p.marks)-1].taken)/4
	}
	return startWindow + max(0, int(p.taken)-p.burst)/p.burst
}

// ended learns from a call that has ended.
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

// empty notes that the bucket is empty: what passed since it was empty before is what came in since.
func (p *Pace) empty(sent, now time.Time) {
	last := len(p.marks) - 1
	again := last >= 0 && !sent.After(p.marks[last].at) // one of those that left before the last throttle was known
	if again {
		p.marks[last] = mark{now, p.taken}
	} else {
		p.marks = append(p.marks, mark{now, p.taken})
		for len(p.marks) > 2 && p.forgets(p.marks[1], now) {
			p.marks = p.marks[1:]
		}
	}
	p.estimate(now)

	last = len(p.marks) - 1
	nothing := last > 0 && p.taken == p.marks[last-1].taken
	switch {
	case p.rate > 0 && !nothing:
		p.pause = firstPause
		p.next = now.Add(min(seconds(2/p.rate), longestPause))
	case !again: // look again, after a longer and longer time
		p.next = now.Add(p.pause)
		p.pause = min(2*p.pause, longestPause)
	}
}

// forgets reports whether a mark is old enough to measure from, so that older ones are not needed.
func (p *Pace) forgets(m mark, now time.Time) bool {
	age := now.Sub(m.at)
	return age > memory && (p.taken-m.taken >= fewest || age > longMemory)
}

// estimate measures the rate between the oldest moment and the newest. The bucket held less than one call at both, so what
// passed is what came in, but for one call more or less.
func (p *Pace) estimate(now time.Time) {
	last := len(p.marks) - 1
	p.passed = p.taken - p.marks[0].taken
	elapsed := now.Sub(p.marks[0].at).Seconds()
	if last == 0 || p.passed < 4 || elapsed == 0 {
		return
	}
	p.rate = (p.passed - 0.5) / elapsed
	before := p.marks[last-1]
	lately := now.Sub(before.at).Seconds()
	if most := (p.taken - before.taken + 2) / lately; lately > 0 && most < p.rate {
		if most < p.rate*change { // others have begun to take their share: what was before says nothing
			p.marks = p.marks[last-1:]
		}
		p.rate = most
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
