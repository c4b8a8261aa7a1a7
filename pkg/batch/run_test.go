package batch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// things returns the lines of a manifest with entries of one Region.
func things(entries int, region string) string {
	var b strings.Builder
	for i := range entries {
		fmt.Fprintf(&b, `{"operation":"MakeThing","input":{},"client_token":"%s-%d","region":%q}`+"\n", region, i, region)
	}
	return b.String()
}

// manifestOf returns the manifest in a text.
func manifestOf(t *testing.T, text string) *Manifest {
	t.Helper()
	m, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A gauge counts the creates that are in flight.
type gauge struct {
	mu        sync.Mutex
	now, most int
}

// create is in flight for d.
func (g *gauge) create(d time.Duration) {
	g.mu.Lock()
	g.now++
	g.most = max(g.most, g.now)
	g.mu.Unlock()
	time.Sleep(d)
	g.mu.Lock()
	g.now--
	g.mu.Unlock()
}

// Each entry is created once, and Ended gets its result. At most Concurrency entries of a lane are created at a time, and lanes do not wait for
// each other. An entry that fails ends nothing else.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manifestOf(t, things(100, "a")+things(10, "b"))
		var inFlight gauge
		seen, failed := map[string]int{}, errors.New("failed")
		begun := make(chan string, 10)
		start := time.Now()
		err := Run{
			Concurrency: 4,
			Create: func(_ context.Context, _ Lane, e Entry) (idem.Result, error) {
				inFlight.create(time.Second)
				if e.Index == 7 {
					return idem.Result{}, failed
				}
				return idem.Result{ResourceID: "id-" + e.Intent.ClientToken}, nil
			},
			Begun: func(lane Lane) { begun <- fmt.Sprint(lane.Region, " after ", time.Since(start)) },
			Ended: func(r Result) error {
				seen[r.Intent.ClientToken]++
				if r.Index == 7 && !errors.Is(r.Err, failed) || r.Index != 7 && (r.Err != nil || r.ResourceID != "id-"+r.Intent.ClientToken) {
					t.Errorf("entry %d: %v, %v", r.Index, r.Result, r.Err)
				}
				return nil
			},
		}.Do(t.Context(), m)
		if first, second := <-begun, <-begun; first != "b after 2s" || second != "a after 24s" || len(begun) > 0 {
			t.Errorf("the lanes had begun: %s, %s", first, second)
		}
		if err != nil || len(seen) != 110 || inFlight.most != 8 || time.Since(start) != 25*time.Second {
			t.Errorf("%v: %d entries, %d at once, %s", err, len(seen), inFlight.most, time.Since(start))
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
		m := manifestOf(t, things(100, "a"))
		create := Made(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			time.Sleep(time.Second)
			return idem.Result{}, nil
		}))
		start := time.Now()
		err := Run{
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

// If a create fails, the next entry begins only after Ended, which may skip the lane.
func TestMadeKeepsTheNextFromBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manifestOf(t, things(10, "a"))
		failed := errors.New("failed")
		create := Made(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{Attempts: 2}, failed }))
		ended := 0
		err := Run{
			Concurrency: 1,
			Create: func(ctx context.Context, _ Lane, e Entry) (idem.Result, error) {
				result, err := create.Create(ctx, e.Intent)
				time.Sleep(time.Minute)
				return result, err
			},
			Ended: func(r Result) error {
				if ended++; !errors.Is(r.Err, failed) || r.Attempts != 2 {
					t.Errorf("%v, %v", r.Result, r.Err)
				}
				return ErrSkipLane
			},
		}.Do(t.Context(), m)
		if err != nil || ended != 1 {
			t.Errorf("%v, and %d entries ended", err, ended)
		}
	})
}

// Outside a Run, Made and Unless only create.
func TestMadeOutsideARun(t *testing.T) {
	made := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{ResourceID: "made"}, nil })
	unknown := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		return idem.Result{}, errors.New("not known")
	})
	for name, creator := range map[string]idem.Creator{"Made": Made(made), "Unless, known": Unless(made, nil), "Unless": Unless(unknown, made)} {
		if result, err := creator.Create(t.Context(), idem.Intent{}); result.ResourceID != "made" || err != nil {
			t.Errorf("%s: %v, %v", name, result, err)
		}
	}
}

// A manifest that becomes unreadable during the run ends the run.
func TestRunChangedManifest(t *testing.T) {
	text := things(10, "a")
	intact := true
	m, err := Read(readerAtFunc(func(p []byte, offset int64) (int, error) {
		if !intact {
			return 0, errors.New("the disk is broken")
		}
		return strings.NewReader(text).ReadAt(p, offset)
	}), int64(len(text)), false, schema())
	if err != nil {
		t.Fatal(err)
	}
	intact = false
	err = Run{
		Concurrency: 4,
		Create:      func(context.Context, Lane, Entry) (idem.Result, error) { return idem.Result{}, nil },
		Ended:       func(Result) error { return nil },
	}.Do(t.Context(), m)
	if err == nil || !strings.Contains(err.Error(), "the disk is broken") {
		t.Errorf("Do: %v", err)
	}
}

// The entries of a lane begin although any number of another lane waits until it is visible.
func TestLanesWaitApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manifestOf(t, things(1000, "unseen")+things(10, "b"))
		made := Made(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{}, nil }))
		took, start := map[string]time.Duration{}, time.Now()
		err := Run{
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
		m := manifestOf(t, things(100, "a"))
		why := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(1500*time.Millisecond, func() { cancel(why) })
		ended := 0
		err := Run{
			Concurrency: 4,
			Create: func(ctx context.Context, _ Lane, _ Entry) (idem.Result, error) {
				time.Sleep(time.Second)
				return idem.Result{}, ctx.Err()
			},
			Begun: func(Lane) { t.Error("all entries of the lane have begun") },
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
		m := manifestOf(t, things(100, "a"))
		full, ended := errors.New("full"), 0
		err := Run{
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
		m := manifestOf(t, things(100, "a")+things(100, "b"))
		ended := map[string]int{}
		err := Run{
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

var errBusy = errors.New("another process works on the entry")

// An entry that another process works on begins again after all others have ended, until it is no longer busy or BusyTime has passed.
func TestBusy(t *testing.T) {
	for name, c := range map[string]struct {
		busyFor time.Duration // by the other process
		limit   time.Duration
		want    error // of the entry
	}{
		"short":     {time.Minute, 0, nil},
		"long":      {time.Hour, 2 * time.Hour, nil},
		"too long":  {time.Hour, time.Minute, errBusy},
		"for ever":  {24 * time.Hour, 0, nil},
		"never was": {0, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := manifestOf(t, things(10, "a"))
				start, order, failed := time.Now(), []int{}, errors.New("failed, but not busy")
				var last error
				err := Run{
					Concurrency: 4,
					Create: func(_ context.Context, _ Lane, e Entry) (idem.Result, error) {
						if e.Index == 3 && time.Since(start) < c.busyFor {
							return idem.Result{}, errBusy
						}
						time.Sleep(time.Second)
						if e.Index == 5 {
							return idem.Result{}, failed
						}
						return idem.Result{}, nil
					},
					Busy: func(err error) bool { return errors.Is(err, errBusy) }, BusyTime: c.limit,
					Ended: func(r Result) error {
						order = append(order, r.Index)
						if r.Index == 3 {
							last = r.Err
						}
						return nil
					},
				}.Do(t.Context(), m)
				if err != nil || len(order) != 10 || !errors.Is(last, c.want) || (order[9] == 3) != (c.busyFor > 0) {
					t.Errorf("%v; the entries ended in the order %v, entry 3 with %v", err, order, last)
				}
				if took := time.Since(start); c.want != nil && took > c.limit+time.Minute {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// An interrupt ends the wait for busy entries: these have no result.
func TestBusyInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manifestOf(t, things(10, "a"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := Run{
			Concurrency: 4,
			Create:      func(context.Context, Lane, Entry) (idem.Result, error) { return idem.Result{}, errBusy },
			Busy:        func(error) bool { return true },
			Ended:       func(r Result) error { t.Errorf("entry %d ended", r.Index); return nil },
		}.Do(ctx, m)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// Each lane begins with the entry at Start, and ends with the entry before it.
func TestStart(t *testing.T) {
	for start, want := range map[int]string{0: "[0 1 2 3 4]", 1: "[1 2 3 4 0]", 4: "[4 0 1 2 3]"} {
		m := manifestOf(t, things(5, "a"))
		var order []int
		err := Run{
			Concurrency: 1, Start: start,
			Create: func(context.Context, Lane, Entry) (idem.Result, error) { return idem.Result{}, nil },
			Ended:  func(r Result) error { order = append(order, r.Index); return nil },
		}.Do(t.Context(), m)
		if got := fmt.Sprint(order); err != nil || got != want {
			t.Errorf("from %d: %v, %s", start, err, got)
		}
	}
}

// What is known needs no slot. What turns out not to be known waits for a slot.
func TestUnless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manifestOf(t, things(100, "a"))
		var (
			known    atomic.Int64
			inFlight gauge
		)
		creator := Unless(
			idem.CreatorFunc(func(_ context.Context, intent idem.Intent) (idem.Result, error) {
				time.Sleep(time.Minute)
				if strings.HasSuffix(intent.ClientToken, "0") {
					return idem.Result{}, errors.New("not known")
				}
				known.Add(1)
				return idem.Result{}, nil
			}),
			idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
				inFlight.create(time.Second)
				return idem.Result{}, nil
			}))
		start := time.Now()
		err := Run{
			Concurrency: 2,
			Create:      func(ctx context.Context, _ Lane, e Entry) (idem.Result, error) { return creator.Create(ctx, e.Intent) },
			Ended:       func(r Result) error { return r.Err },
		}.Do(t.Context(), m)
		if took := time.Since(start); err != nil || known.Load() != 90 || inFlight.most != 2 || took != time.Minute+5*time.Second {
			t.Errorf("%v; %d known, %d at once, %s", err, known.Load(), inFlight.most, took)
		}
	})
}
