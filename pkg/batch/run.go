package batch

import (
	"context"
	"errors"
	"sync"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Result is how an entry ended.
type Result struct {
	Entry
	idem.Result
	Err error
}

// A Run works on a manifest. Entries of different lanes do not wait for each other.
type Run struct {
	// Concurrency is how many entries of a lane are being created at once. Those that were created and only wait until they
	// are visible do not count, see [Made]; there may be some hundreds more of them.
	Concurrency int
	// Create creates what an entry asks for.
	Create func(ctx context.Context, lane Lane, e Entry) (idem.Result, error)
	// Begun is told when all entries of a lane have begun; it may be nil.
	Begun func(Lane)
	// Ended is told how an entry ended, one at a time. Its error ends the run; if it is [ErrSkipLane], the entry's lane alone.
	Ended func(Result) error
}

// ErrSkipLane is what [Run].Ended returns for no further entry of a lane to be begun. It is no error of the run.
var ErrSkipLane = errors.New("skip this lane")

// waiting is how many entries of a lane there may be that only wait until they are visible.
const waiting = 512

// Do creates all entries. When the context ends, or something ends the run, no further entry is begun, and those that are in
// flight are let end; the error is then why. That an entry failed is no error.
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

// A work is what the lanes of a run share.
type work struct {
	Run
	stop    context.CancelCauseFunc
	queue   chan func() // to idle workers
	workers sync.WaitGroup
	mu      sync.Mutex // held while Ended is told
}

// feed begins the entries of a lane as places get free.
func (w *work) feed(ctx context.Context, m *Manifest, lane Lane) error {
	ctx, skip := context.WithCancel(ctx)
	defer skip()
	creating, inFlight := make(chan struct{}, w.Concurrency), make(chan struct{}, w.Concurrency+waiting)
	uncut := context.WithoutCancel(ctx) // what has begun ends
	for e, err := range m.In(lane) {
		if err != nil {
			return err
		}
		for _, place := range []chan struct{}{inFlight, creating} {
			select {
			case place <- struct{}{}:
			case <-ctx.Done():
				return nil
			}
		}
		if ctx.Err() != nil { // select draws lots
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

// begin gives a job to an idle worker, or to a new one.
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

// Made gives a Creator that lets the next entry begin as soon as next has ended, for what follows only waits.
func Made(next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if created, ok := ctx.Value(createdKey{}).(func()); ok {
			created()
		}
		return result, err
	})
}
