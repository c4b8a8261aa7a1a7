package batch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

func things(t *testing.T, entries int, region string) string {
	t.Helper()
	var b strings.Builder
	for i := range entries {
		fmt.Fprintf(&b, `{"operation":"MakeThing","input":{},"client_token":"%s-%d","region":%q}`+"\n", region, i, region)
	}
	return b.String()
}

// Each entry is created once. At most Concurrency entries of a lane are created at a time, and lanes do not wait for each other.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 100, "a") + things(t, 10, "b"))
		if err != nil {
			t.Fatal(err)
		}
		var inFlight, most atomic.Int64
		seen := map[string]int{}
		start := time.Now()
		err = Run{
			Concurrency: 4,
			Create: func(context.Context, Lane, Entry) (idem.Result, error) {
				most.Store(max(most.Load(), inFlight.Add(1)))
				defer inFlight.Add(-1)
				time.Sleep(time.Second)
				return idem.Result{}, nil
			},
			Ended: func(r Result) error { seen[r.Intent.ClientToken]++; return nil },
		}.Do(t.Context(), m)
		if err != nil || len(seen) != 110 || most.Load() != 8 || time.Since(start) != 25*time.Second {
			t.Errorf("%v: %d entries, %d at once, %s", err, len(seen), most.Load(), time.Since(start))
		}
		for token, n := range seen {
			if n != 1 {
				t.Errorf("%s was created %d times", token, n)
			}
		}
	})
}

// An entry that only waits until it is visible holds up no other entry.
func TestMadeLetsTheNextBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 100, "a"))
		if err != nil {
			t.Fatal(err)
		}
		create := Made(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			time.Sleep(time.Second)
			return idem.Result{}, nil
		}))
		start := time.Now()
		err = Run{
			Concurrency: 4,
			Create: func(ctx context.Context, _ Lane, e Entry) (idem.Result, error) {
				result, err := create.Create(ctx, e.Intent)
				time.Sleep(time.Minute)
				return result, err
			},
			Ended: func(Result) error { return nil },
		}.Do(t.Context(), m)
		if took := time.Since(start); err != nil || took != 85*time.Second {
			t.Errorf("%v after %s, want 25 s of creates and a minute of waiting", err, took)
		}
	})
}

// The entries of a lane begin although any number of another lane waits until it is visible.
func TestLanesWaitApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 1000, "unseen") + things(t, 10, "b"))
		if err != nil {
			t.Fatal(err)
		}
		made := Made(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{}, nil }))
		took, start := map[string]time.Duration{}, time.Now()
		err = Run{
			Concurrency: 4,
			Create: func(ctx context.Context, lane Lane, e Entry) (idem.Result, error) {
				if lane.Region == "b" {
					time.Sleep(time.Second)
				}
				result, err := made.Create(ctx, e.Intent)
				if lane.Region == "unseen" {
					time.Sleep(time.Hour)
				}
				return result, err
			},
			Ended: func(r Result) error { took[r.Intent.Region] = time.Since(start); return nil },
		}.Do(t.Context(), m)
		if err != nil || took["b"] != 3*time.Second || took["unseen"] != 2*time.Hour {
			t.Errorf("%v; the lanes took %v", err, took)
		}
	})
}

// When the context ends, entries in flight run to their end and no other entry begins.
func TestRunInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 100, "a"))
		if err != nil {
			t.Fatal(err)
		}
		why := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(1500*time.Millisecond, func() { cancel(why) })
		ended := 0
		err = Run{
			Concurrency: 4,
			Create: func(ctx context.Context, _ Lane, _ Entry) (idem.Result, error) {
				time.Sleep(time.Second)
				return idem.Result{}, ctx.Err()
			},
			Ended: func(r Result) error {
				if r.Err == nil {
					ended++
				}
				return nil
			},
		}.Do(ctx, m)
		if !errors.Is(err, why) || ended != 8 {
			t.Errorf("%v, and %d entries ended", err, ended)
		}
	})
}

// An error of Ended ends the run in the same way.
func TestRunEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 100, "a"))
		if err != nil {
			t.Fatal(err)
		}
		full, ended := errors.New("full"), 0
		err = Run{
			Concurrency: 4,
			Create: func(context.Context, Lane, Entry) (idem.Result, error) {
				time.Sleep(time.Second)
				return idem.Result{}, nil
			},
			Ended: func(Result) error { ended++; return full },
		}.Do(t.Context(), m)
		if !errors.Is(err, full) || ended < 4 || ended > 8 {
			t.Errorf("%v, and %d entries ended", err, ended)
		}
	})
}

// ErrSkipLane ends a lane in the same way, and no other lane.
func TestSkipLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := read(things(t, 100, "a") + things(t, 100, "b"))
		if err != nil {
			t.Fatal(err)
		}
		ended := map[string]int{}
		err = Run{
			Concurrency: 4,
			Create: func(context.Context, Lane, Entry) (idem.Result, error) {
				time.Sleep(time.Second)
				return idem.Result{}, nil
			},
			Ended: func(r Result) error {
				ended[r.Intent.Region]++
				if r.Intent.Region == "a" {
					return ErrSkipLane
				}
				return nil
			},
		}.Do(t.Context(), m)
		if err != nil || ended["a"] < 4 || ended["a"] > 8 || ended["b"] != 100 {
			t.Errorf("%v, and these entries ended: %v", err, ended)
		}
	})
}
