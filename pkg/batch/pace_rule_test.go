package batch

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A call counts as a token of the bucket unless EC2 cannot have seen it or throttled it.
func TestPaceCountsCalls(t *testing.T) {
	for _, c := range []struct {
		err     error
		taken   float64
		emptied int
	}{
		{err: nil, taken: 1},
		{err: &idem.AttemptError{Verdict: idem.Rejected}, taken: 1},
		{err: &idem.AttemptError{Verdict: idem.Unknown}, taken: 1},
		{err: &idem.AttemptError{Verdict: idem.NotApplied}},
		{err: &idem.AttemptError{Verdict: idem.Misconfigured}},
		{err: &idem.AttemptError{Verdict: idem.NotApplied, Throttled: true}, emptied: 1},
		{err: errors.New("no attempt")},
	} {
		p := NewPace(1)
		_, err := p.Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			return idem.Result{}, c.err
		}), noLimit).Create(t.Context(), idem.Intent{})
		if p.taken != c.taken || len(p.marks) != c.emptied || p.inFlight != 0 || (err == nil) != (c.err == nil) {
			t.Errorf("%+v: %v taken, emptied %d times, %d in flight, %v", c.err, p.taken, len(p.marks), p.inFlight, err)
		}
	}
}

// Few calls are in flight at once until the rate is measured: more with each call that passes.
func TestPaceWindow(t *testing.T) {
	for _, c := range []struct {
		taken  float64
		marks  []mark
		window int
	}{
		{0, nil, 3}, {99, nil, 3}, {100, nil, 4}, {150, nil, 5}, // past the bucket's capacity, one more for each bucketful
		{10, []mark{{taken: 10}}, 1}, {13, []mark{{taken: 10}}, 1}, {18, []mark{{taken: 10}}, 3}, // after a throttle, one more for each four
	} {
		p := NewPace(50)
		p.taken, p.marks = c.taken, c.marks
		sent := 0
		for ; sent < 10; sent++ {
			if _, free := p.take(time.Time{}); !free {
				break
			}
		}
		if sent != c.window {
			t.Errorf("%v calls passed, %d throttles: %d calls at once, want %d", c.taken, len(c.marks), sent, c.window)
		}
	}
}

// The rate doubles after 250 calls without a throttle; after fewer calls if the rate was measured over few; and within 22 seconds if
// it is low. With many calls in flight it grows more slowly.
func TestPaceGrowth(t *testing.T) {
	for _, c := range []struct {
		since    float64
		elapsed  time.Duration
		measured float64
		inFlight int
		growth   float64
	}{
		{250, time.Second, 100, 0, 2}, {125, time.Second, 100, 0, 1.125}, {125, time.Second, 100, 4, 1 + 1./216},
		{20, time.Second, 4, 0, 2}, {40, time.Second, 10, 0, 2},
		{4, doubleTime, 100, 0, 2}, {2, doubleTime, 100, 0, 1.125}, {100, doubleTime / 2, 100, 0, 1.125},
	} {
		p := NewPace(50)
		p.taken, p.measured, p.inFlight, p.marks = 1000+c.since, c.measured, c.inFlight, []mark{{time.Unix(0, 0), 1000}}
		if got := p.growth(time.Unix(0, 0).Add(c.elapsed)); math.Abs(got-c.growth) > 1e-9 {
			t.Errorf("%v calls in %s, measured over %v, %d in flight: %v, want %v", c.since, c.elapsed, c.measured, c.inFlight, got, c.growth)
		}
	}
}

// Calls that left before a throttle ended are throttled at the same moment: one pause. The pause doubles as long as nothing passes.
func TestPaceProbes(t *testing.T) {
	at := func(d time.Duration) time.Time { return time.Unix(100, 0).Add(d) }
	p := NewPace(50)
	for i, c := range []struct {
		sent, ended time.Duration
		passed      float64 // calls since the last throttle
		next        time.Duration
	}{
		{0, time.Second, 0, 1250 * time.Millisecond},
		{500 * time.Millisecond, 1100 * time.Millisecond, 0, 1250 * time.Millisecond}, // the same moment
		{2 * time.Second, 2 * time.Second, 0, 2500 * time.Millisecond},                // nothing passed
		{3 * time.Second, 3 * time.Second, 0, 4 * time.Second},                        // nothing passed again
		{21 * time.Second, 21 * time.Second, 38, 22060 * time.Millisecond},            // 38 in 18 s: two calls at the rate of the time from 1.1 s on
		{25 * time.Second, 25 * time.Second, 0, 25250 * time.Millisecond},             // nothing passed: the first pause again
		{26 * time.Second, 26 * time.Second, 0, 26500 * time.Millisecond},             // and its double
		{1000 * time.Second, 1000 * time.Second, 0, 1001 * time.Second},
		{1001 * time.Second, 1001 * time.Second, 0, 1003 * time.Second},
		{1003 * time.Second, 1003 * time.Second, 0, 1007 * time.Second},
		{1007 * time.Second, 1007 * time.Second, 0, 1012 * time.Second}, // no pause is longer than 5 s
	} {
		p.taken += c.passed
		p.empty(at(c.sent), at(c.ended))
		if got := p.next.Sub(at(0)); got.Round(10*time.Millisecond) != c.next.Round(10*time.Millisecond) {
			t.Errorf("throttle %d: the next call leaves at %s, want %s", i, got, c.next)
		}
	}
}

// The rate is measured over the last ten seconds and hundred calls, or over a minute, and over four calls at least.
func TestPaceMeasures(t *testing.T) {
	for _, c := range []struct {
		marks    []mark // seconds and calls
		at, rate float64
		taken    float64
		oldest   float64 // calls before the oldest mark that is left
	}{
		{marks(0, 0), 1, 0, 3, 0},
		{marks(0, 0), 1, 3.5, 4, 0},
		{marks(0, 0, 11, 99), 21.1, 99.5 / 10.1, 199, 99},       // ten seconds and 100 calls are enough
		{marks(0, 0, 11, 99), 21.1, 197.5 / 21.1, 198, 0},       // 99 calls are not
		{marks(0, 0, 12, 200, 15, 250), 22, 399.5 / 22, 400, 0}, // nor is less than ten seconds
		{marks(0, 0, 10, 15, 60, 90), 71, 90.5 / 61, 106, 15},   // a minute is enough, whatever the calls
		{marks(0, 0, 10, 15, 60, 90), 69, 102.5 / 69, 103, 0},
	} {
		p := NewPace(50)
		p.marks, p.taken = c.marks, c.taken
		now := time.Unix(0, 0).Add(seconds(c.at))
		p.empty(now, now)
		if math.Abs(p.rate-c.rate) > 1e-9 || p.marks[0].taken != c.oldest {
			t.Errorf("%v calls at %v s: rate %v since %v calls, want %v since %v", c.taken, c.at, p.rate, p.marks[0].taken, c.rate, c.oldest)
		}
	}
}

// marks returns marks at seconds, with the calls that had passed.
func marks(secondsAndCalls ...float64) []mark {
	var list []mark
	for i := 0; i < len(secondsAndCalls); i += 2 {
		list = append(list, mark{time.Unix(0, 0).Add(seconds(secondsAndCalls[i])), secondsAndCalls[i+1]})
	}
	return list
}

// A rate that falls to less than 0.7 of what was measured is a change: what was measured before no longer counts.
func TestPaceChange(t *testing.T) {
	start := time.Unix(0, 0)
	for taken, marks := range map[float64]int{300: 2, 310: 3} { // 0.68 and 0.72 of the rate over the whole time
		p := NewPace(50)
		p.marks = []mark{{start, 0}, {start.Add(10 * time.Second), 200}}
		p.taken = taken
		p.empty(start.Add(20*time.Second), start.Add(20*time.Second))
		if want := (taken - 200 + 2) / 10; len(p.marks) != marks || p.rate != want {
			t.Errorf("%v calls: %d marks, rate %v; want %d marks, rate %v", taken, len(p.marks), p.rate, marks, want)
		}
	}
}

// Unused turns are kept for a second only: no more calls than that leave at once.
func TestPaceCredit(t *testing.T) {
	now := time.Unix(100, 0)
	p := NewPace(50)
	p.rate, p.marks, p.next = 20, []mark{{now.Add(-time.Millisecond), 0}}, now.Add(-time.Minute)
	calls := 0
	for ; calls < 100; calls++ {
		if delay, _ := p.take(now); delay > 0 {
			break
		}
	}
	if calls < 20 || calls > 22 {
		t.Errorf("%d calls left at once, want the 20 of a second", calls)
	}
}
