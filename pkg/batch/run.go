package batch

import (
	"context"
	"errors"
	"sync"
	"time"

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
	// Start is the index of the entry that begins first. The entries before it follow at the end, so that several processes that work on one
	// manifest begin in different places.
	Start int
	// Create creates the resource of an entry.
	Create func(ctx context.Context, lane Lane, e Entry) (idem.Result, error)
	// Busy reports whether an error of Create means that another process works on the entry. A busy entry begins again after all other entries
	// of its lane have ended. Busy may be nil: then no entry is busy.
	Busy func(error) bool
	// BusyTime limits the time in which busy entries begin again. After that time, their last result counts. 0 is no limit.
	BusyTime time.Duration
	// Begun is called when all entries of a lane have begun. Begun may be nil.
	Begun func(Lane)
	// Ended is called with the result of each entry that has begun, with one result at a time. If Ended returns [ErrSkipLane], no further
	// entry of that lane begins. If Ended returns another error, no further entry of any lane begins.
	Ended func(Result) error
}

// ErrSkipLane is an error that [Run].Ended may return: no further entry of the lane begins, and [Run.Do] does not return ErrSkipLane.
var ErrSkipLane = errors.New("skip this lane")

// The first and the longest pause before busy entries begin again.
const (
	busyPause    = 250 * time.Millisecond
	maxBusyPause = 2 * time.Second
)

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

// A work holds what the lanes of a run share.
type work struct {
	Run
	stop    context.CancelCauseFunc
	queue   chan func() // from lanes to idle workers
	workers sync.WaitGroup
	mu      sync.Mutex // locked while Ended runs; also guards each feeder's busy
}

// A feeder begins the entries of one lane.
type feeder struct {
	*work
	lane               Lane
	creating, inFlight chan struct{}      // slots: each element is an entry that has a slot
	entries            sync.WaitGroup     // the entries that have begun and have not ended
	busy               []Result           // of entries that another process works on; guarded by work.mu
	skip               context.CancelFunc // makes the lane begin no further entry
}

// feed begins the entries of a lane as slots become free.
func (w *work) feed(ctx context.Context, m *Manifest, lane Lane) error {
	ctx, skip := context.WithCancel(ctx)
	defer skip()
	f := &feeder{
		work: w, lane: lane, skip: skip,
		creating: make(chan struct{}, w.Concurrency), inFlight: make(chan struct{}, w.Concurrency+maxWaiting),
	}
	for e, err := range m.from(lane, w.Start) {
		if err != nil {
			return err
		}
		if !f.begin(ctx, e) {
			return nil
		}
	}
	if w.Begun != nil {
		w.Begun(lane)
	}
	f.beginBusy(ctx)
	return nil
}

// beginBusy begins the busy entries again until no entry is busy, BusyTime has passed, or the context ends.
func (f *feeder) beginBusy(ctx context.Context) {
	start := time.Now()
	for pause := busyPause; ; pause = min(2*pause, maxBusyPause) {
		f.entries.Wait()
		busy := f.busy // no entry of the lane is in flight, so no other goroutine uses the list
		f.busy = nil
		if len(busy) == 0 {
			return
		}
		if f.BusyTime > 0 && time.Since(start) > f.BusyTime {
			for _, r := range busy {
				f.ended(r)
			}
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		for _, r := range busy {
			if !f.begin(ctx, r.Entry) {
				return
			}
		}
	}
}

// begin begins an entry when slots are free. It returns false if no further entry may begin.
func (f *feeder) begin(ctx context.Context, e Entry) bool {
	for _, slots := range []chan struct{}{f.inFlight, f.creating} {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	if ctx.Err() != nil { // select may have chosen the slot although the context had ended
		return false
	}
	f.entries.Add(1)
	f.run(func() {
		defer f.entries.Done()
		s := &slot{creating: f.creating, taken: true}
		uninterrupted := context.WithoutCancel(ctx) // an entry that has begun runs to its end
		result, err := f.Create(context.WithValue(uninterrupted, slotKey{}, s), f.lane, e)
		f.end(Result{e, result, err})
		s.release()
		<-f.inFlight
	})
	return true
}

// end keeps the result of a busy entry, and passes any other result to Ended.
func (f *feeder) end(r Result) {
	if r.Err == nil || f.Busy == nil || !f.Busy(r.Err) {
		f.ended(r)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy = append(f.busy, r)
}

// ended passes a result to Ended, and obeys the error of Ended.
func (f *feeder) ended(r Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch err := f.Ended(r); {
	case errors.Is(err, ErrSkipLane):
		f.skip()
	case err != nil:
		f.stop(err)
	}
}

// run passes a job to an idle worker, or to a new worker if no worker is idle.
func (w *work) run(job func()) {
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

// A slot lets one entry create. An entry that only waits releases the slot to another entry.
type slot struct {
	creating chan struct{}
	taken    bool
}

func (s *slot) release() {
	if s.taken {
		<-s.creating
	}
	s.taken = false
}

func (s *slot) acquire() {
	s.creating <- struct{}{}
	s.taken = true
}

type slotKey struct{}

// Made returns a Creator that calls next and, if next succeeds, lets another entry of the lane begin. Made wraps the layers that create. The
// layers that only wait wrap Made. If next fails, another entry begins only after [Run].Ended, which may skip the lane.
func Made(next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if s, ok := ctx.Value(slotKey{}).(*slot); ok && err == nil {
			s.release()
		}
		return result, err
	})
}

// Unless returns a Creator that first calls known, which must create nothing. Meanwhile another entry of the lane may begin. If known succeeds,
// the Creator returns known's result. If known fails, the Creator waits until its entry may create, and calls next.
func Unless(known, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		s, ok := ctx.Value(slotKey{}).(*slot)
		if ok {
			s.release()
		}
		result, err := known.Create(ctx, intent)
		if err == nil {
			return result, nil
		}
		if ok {
			s.acquire()
		}
		return next.Create(ctx, intent)
	})
}
