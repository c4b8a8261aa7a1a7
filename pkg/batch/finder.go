package batch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// FindIDs finds the resources of many intents with one call. ids[i] are the ids of intents[i]. The result has at index i what FindID of an
// [idem.Finder] returns for them. If EC2 does not find one of the ids and does not name that id, the error has NotYet set. The [Finder] then
// makes two calls with half of the intents each.
type FindIDs func(ctx context.Context, intents []idem.Intent, ids [][]string) ([][]idem.Resource, error)

// A Limit returns its context with the time limit of one call. It is called when the call's turn comes, so that the wait for the turn does not
// count.
type Limit func(ctx context.Context) (context.Context, context.CancelFunc)

const (
	maxIDs       = 200                    // the most ids in one call: EC2 takes as many values in the filters of a request
	gatherTime   = 10 * time.Millisecond  // how long an id waits for other ids that share its call
	callInterval = 200 * time.Millisecond // between calls that are not full, in the long run: far below EC2's 20 calls a second
	callBurst    = 10                     // how many calls in a row need not keep the interval
)

// A Finder joins the lookups of ids that come at about the same time into one call, so that a run needs few calls to wait until each of its
// resources is visible. A Finder serves one action in one Region with one profile.
type Finder struct {
	ctx    context.Context // of the run
	pace   *Pace
	single idem.Finder
	joined FindIDs
	limit  Limit

	mu      sync.Mutex
	queue   []*lookup
	queued  int           // the number of ids in the queue
	serving bool          // whether the goroutine of serve runs
	hurried int           // how many of the next calls that are not full need not keep the interval
	full    chan struct{} // has an element when the queue fills a call

	free time.Time // the earliest time of the next call that is not full; used by serve alone
}

// A lookup is a call of FindID that waits for its result.
type lookup struct {
	intent idem.Intent
	ids    []string
	done   chan struct{}
	found  []idem.Resource
	err    error

	panicked any // the value of the call's panic; nil if the call returned
}

// NewFinder returns a Finder for a run. ctx is the context of the run, and of the joined calls. The Finder calls joined to find ids and single
// to find tags. For each call it waits for a turn of pace, and then applies limit.
func NewFinder(ctx context.Context, pace *Pace, single idem.Finder, joined FindIDs, limit Limit) *Finder {
	return &Finder{ctx: ctx, pace: pace, single: single, joined: joined, limit: limit, full: make(chan struct{}, 1)}
}

// Hurry lets the next calls leave without waiting for other lookups to join them. A run calls Hurry when all its entries have begun, because
// few lookups will follow.
func (f *Finder) Hurry() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hurried = 2 * callBurst
}

// FindTag returns the resources with a tag. It waits for a turn of the pace, and does not share its call.
func (f *Finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	return paced(ctx, f.pace, f.limit, func(ctx context.Context) ([]idem.Resource, error) {
		return f.single.FindTag(ctx, intent, key, value)
	})
}

// FindID returns the resource with ids. It shares its call with other lookups. If its context ends before that call, the error is a not
// applied [*idem.AttemptError]. If the call panics, FindID panics.
func (f *Finder) FindID(ctx context.Context, intent idem.Intent, ids ...string) ([]idem.Resource, error) {
	l := &lookup{intent: intent, ids: ids, done: make(chan struct{})}
	f.mu.Lock()
	f.queue = append(f.queue, l)
	f.queued += len(ids)
	if !f.serving {
		f.serving = true
		go f.serve()
	}
	if f.queued >= maxIDs {
		select {
		case f.full <- struct{}{}:
		default:
		}
	}
	f.mu.Unlock()
	select {
	case <-l.done:
		if l.panicked != nil { // only the callers of FindID know which create the panic leaves unknown
			panic(l.panicked)
		}
		return l.found, l.err
	case <-ctx.Done():
		return nil, notSent(context.Cause(ctx))
	}
}

// serve makes calls until the queue is empty.
func (f *Finder) serve() {
	for {
		f.gather()
		f.mu.Lock()
		n, taken := 0, 0
		for n < len(f.queue) && (n == 0 || taken+len(f.queue[n].ids) <= maxIDs) {
			taken += len(f.queue[n].ids)
			n++
		}
		lookups := f.queue[:n:n]
		f.queue = f.queue[n:]
		f.queued -= taken
		f.serving = n > 0
		f.mu.Unlock()
		if n == 0 {
			return
		}
		f.find(lookups)
	}
}

// gather waits until the queue fills a call, or until a call that is not full may leave.
func (f *Finder) gather() {
	f.mu.Lock()
	partial, now := f.queued > 0 && f.queued < maxIDs, time.Now()
	hurried := partial && f.hurried > 0
	if hurried {
		f.hurried--
	}
	f.mu.Unlock()
	if !partial {
		return
	}
	delay := gatherTime
	if !hurried {
		delay = max(delay, f.free.Sub(now))
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-f.full: // full calls are so rare that they do not count against the interval
	case now = <-timer.C:
		if !hurried {
			f.free = later(f.free, now.Add(-callBurst*callInterval)).Add(callInterval)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// find makes one call and sets the result of each lookup. If the call fails because EC2 does not find one of the ids, find makes two smaller
// calls.
func (f *Finder) find(lookups []*lookup) {
	intents, ids := make([]idem.Intent, len(lookups)), make([][]string, len(lookups))
	for i, l := range lookups {
		intents[i], ids[i] = l.intent, l.ids
	}
	found, panicked, err := f.call(intents, ids)
	var attempt *idem.AttemptError
	if half := len(lookups) / 2; half > 0 && errors.As(err, &attempt) && attempt.NotYet {
		f.find(lookups[:half])
		f.find(lookups[half:])
		return
	}
	for i, l := range lookups {
		if l.err, l.panicked = err, panicked; err == nil && panicked == nil {
			l.found = found[i]
		}
		close(l.done)
	}
}

// call makes one call. It returns the value of a panic, because a panic in the Finder's own goroutine would end the process.
func (f *Finder) call(intents []idem.Intent, ids [][]string) (found [][]idem.Resource, panicked any, err error) {
	defer func() { panicked = recover() }()
	found, err = paced(f.ctx, f.pace, f.limit, func(ctx context.Context) ([][]idem.Resource, error) {
		return f.joined(ctx, intents, ids)
	})
	return found, nil, err
}
