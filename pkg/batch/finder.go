package batch

import (
	"context"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// FindIDs looks for many resources at once: for each of the intents, the one of its id.
type FindIDs func(ctx context.Context, intents []idem.Intent, ids []string) ([][]idem.Resource, error)

// A Limit gives the context of one call.
type Limit func(ctx context.Context) (context.Context, context.CancelFunc)

const (
	mostIDs     = 200                    // EC2 takes as many values in the filters of a call
	gathering   = 10 * time.Millisecond  // how long a look waits for others to join
	lookEvery   = 200 * time.Millisecond // calls that are not full come no more often in the long run, far below EC2's 20 a second
	looksBefore = 10                     // though as many may come at once
)

// A Finder makes one call of the many looks for ids that come at about the same time, so that to wait until each resource is
// visible takes few calls, whatever their number. It serves one action in one place.
type Finder struct {
	ctx    context.Context // of the run
	pace   *Pace
	single idem.Finder
	many   FindIDs
	limit  Limit

	mu      sync.Mutex
	queue   []*look
	serving bool
	hurried int           // calls that need not wait for others
	full    chan struct{} // a call's worth of ids has come together

	free time.Time // when the next call may be made that is not full; of serve alone
}

// A look is one id that is looked for.
type look struct {
	intent idem.Intent
	id     string
	done   chan struct{}
	found  []idem.Resource
	err    error
}

// NewFinder gives a Finder for a run, which paces what single and many find.
func NewFinder(ctx context.Context, pace *Pace, single idem.Finder, many FindIDs, limit Limit) *Finder {
	return &Finder{ctx: ctx, pace: pace, single: single, many: many, limit: limit, full: make(chan struct{}, 1)}
}

// Hurry says that the last looks are coming: some more calls that are not full are then made at once.
func (f *Finder) Hurry() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hurried = 2 * looksBefore
}

// FindTag looks for the resources that carry a tag, at its turn.
func (f *Finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	return paced(ctx, f.pace, f.limit, func(ctx context.Context) ([]idem.Resource, error) {
		return f.single.FindTag(ctx, intent, key, value)
	})
}

// FindID looks for the resource of an id, together with others.
func (f *Finder) FindID(ctx context.Context, intent idem.Intent, id string) ([]idem.Resource, error) {
	l := &look{intent: intent, id: id, done: make(chan struct{})}
	f.mu.Lock()
	f.queue = append(f.queue, l)
	if !f.serving {
		f.serving = true
		go f.serve()
	}
	if len(f.queue) >= mostIDs {
		select {
		case f.full <- struct{}{}:
		default:
		}
	}
	f.mu.Unlock()
	select {
	case <-l.done:
		return l.found, l.err
	case <-ctx.Done():
		return nil, unturned(context.Cause(ctx))
	}
}

// serve makes calls until nothing is looked for.
func (f *Finder) serve() {
	for {
		f.gather()
		f.mu.Lock()
		n := min(len(f.queue), mostIDs)
		batch := f.queue[:n:n]
		f.queue = f.queue[n:]
		f.serving = n > 0
		f.mu.Unlock()
		if n == 0 {
			return
		}
		f.look(batch)
	}
}

// gather waits until a call is worth it.
func (f *Finder) gather() {
	f.mu.Lock()
	waiting, hurried, now := len(f.queue), f.hurried > 0, time.Now()
	f.hurried = max(f.hurried-1, 0)
	f.mu.Unlock()
	if waiting == 0 || waiting >= mostIDs {
		return
	}
	delay := gathering
	if !hurried {
		delay = max(delay, f.free.Sub(now))
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-f.full: // such a call comes so seldom that it uses up nothing
	case now = <-timer.C:
		if !hurried {
			f.free = later(f.free, now.Add(-looksBefore*lookEvery)).Add(lookEvery)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// look makes one call.
func (f *Finder) look(batch []*look) {
	intents, ids := make([]idem.Intent, len(batch)), make([]string, len(batch))
	for i, l := range batch {
		intents[i], ids[i] = l.intent, l.id
	}
	found, err := paced(f.ctx, f.pace, f.limit, func(ctx context.Context) ([][]idem.Resource, error) {
		return f.many(ctx, intents, ids)
	})
	for i, l := range batch {
		if l.err = err; err == nil {
			l.found = found[i]
		}
		close(l.done)
	}
}
