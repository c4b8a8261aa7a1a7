package batch

import (
	"context"
	"errors"
	"sync"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Result is the outcome of one entry.
type Result struct {
	Entry
	idem.Result
	Err error
}

// A Run creates the entries of a manifest. Entries of different lanes do not wait for each other.
type Run struct {
	// Concurrency is the largest number of entries of a lane that are being created at once. Entries that were created and only
	// wait until they are visible do not count (see [Made]): there may be 512 more of them.
	Concurrency int
	// Create creates the resource of an entry.
	Create func(ctx context.Context, lane Lane, e Entry) (idem.Result, error)
	// Begun is called when all entries of a lane have begun. It may be nil.
	Begun func(Lane)
	// Ended is called with each outcome, never twice at once. An error ends the run; [ErrSkipLane] ends only the entry's lane.
	Ended func(Result) error
}

// ErrSkipLane is returned by [Run].Ended so that no further entry of a lane begins. It is no error of the run.
var ErrSkipLane = errors.New("skip this lane")

// maxWaiting is how many entries of a lane may wait at once until they are visible.
const maxWaiting = 512

// Do creates all entries. When the context ends or Ended returns an error, no further entry begins. Do then waits for the entries
// that are in flight and returns the cause. A failed entry is no error of Do.
func (r Run) Do(ctx context.Context, m *Manifest) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	w := &work{Run: r, stop: stop, queue: make(chan func())}
	var lanes sync.WaitGroup
	for _, lane := range m.Lanes {
		lanes.Go(func() {
			if err := w.feed(ctx, m, lane); err != nil {
				stop(err)
			}
		})
	}
	lanes.Wait()
	close(w.queue)
	w.workers.Wait()
	return context.Cause(ctx)
}

// A work is the state that the lanes of a run share.
type work struct {
	Run
	stop    context.CancelCauseFunc
	queue   chan func() // from lanes to idle workers
	workers sync.WaitGroup
	mu      sync.Mutex // held while Ended runs
}

// feed begins the entries of a lane as slots become free.
func (w *work) feed(ctx context.Context, m *Manifest, lane Lane) error {
	ctx, skip := context.WithCancel(ctx)
	defer skip()
	creating, inFlight := make(chan struct{}, w.Concurrency), make(chan struct{}, w.Concurrency+maxWaiting)
	uncut := context.WithoutCancel(ctx) // an entry that has begun runs to its end
	for e, err := range m.In(lane) {
		if err != nil {
			return err
		}
		for _, slots := range []chan struct{}{inFlight, creating} {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil { // select may have chosen the slot although the context had ended
			return nil
		}
		created := sync.OnceFunc(func() { <-creating })
		w.begin(func() {
			result, err := w.Create(context.WithValue(uncut, createdKey{}, created), lane, e)
			w.mu.Lock()
			switch err := w.Ended(Result{e, result, err}); {
			case errors.Is(err, ErrSkipLane):
				skip()
			case err != nil:
				w.stop(err)
			}
			w.mu.Unlock()
			created()
			<-inFlight
		})
	}
	if w.Begun != nil {
		w.Begun(lane)
	}
	return nil
}

// begin hands a job to an idle worker, or to a new worker if none is idle.
func (w *work) begin(job func()) {
	select {
	case w.queue <- job:
	default:
		w.workers.Go(func() {
			job()
			for job := range w.queue {
				job()
			}
		})
	}
}

type createdKey struct{}

// Made returns a Creator that calls next and, if next succeeds, lets another entry of the lane begin. It goes around the layers that
// create and inside those that only wait. After a failure the lane waits for [Run].Ended, which may skip it.
func Made(next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if created, ok := ctx.Value(createdKey{}).(func()); ok && err == nil {
			created()
		}
		return result, err
	})
}
