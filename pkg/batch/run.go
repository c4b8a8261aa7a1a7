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

// A Run creates the resources of a manifest's entries. Entries of different lanes do not wait for each other.
type Run struct {
	// Concurrency is the limit of entries per lane that are being created at once. An entry whose resource exists, and that only waits
	// until the resource is visible, does not count (see [Made]). Up to 512 such entries per lane may wait.
	Concurrency int
	// Create creates the resource of an entry.
	Create func(ctx context.Context, lane Lane, e Entry) (idem.Result, error)
	// Begun is called when all entries of a lane have begun. It may be nil.
	Begun func(Lane)
	// Ended is called with the result of each entry that has begun, with one result at a time. If Ended returns [ErrSkipLane], no further
	// entry of that lane begins. If Ended returns another error, no further entry of any lane begins.
	Ended func(Result) error
}

// ErrSkipLane is an error that [Run].Ended may return: no further entry of the lane begins, and [Run.Do] does not return ErrSkipLane.
var ErrSkipLane = errors.New("skip this lane")

// maxWaiting is how many entries of a lane may wait at once until they are visible.
const maxWaiting = 512

// Do creates the resources of all entries. When the context ends, or when Ended returns an error or the manifest turns out to be changed, no
// further entry begins. Do then waits for the entries that have begun, and returns the context's cause or that error. If entries fail and
// Ended returns nil for them, Do returns nil.
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

// Made returns a Creator that calls next and, if next succeeds, lets another entry of the lane begin. Made goes around the layers that
// create and inside the layers that only wait. If next fails, another entry begins only after [Run].Ended, which may skip the lane.
func Made(next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if created, ok := ctx.Value(createdKey{}).(func()); ok && err == nil {
			created()
		}
		return result, err
	})
}
