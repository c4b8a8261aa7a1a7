package batch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// lookups answers lookups of ids after 50 ms and counts its calls.
type lookups struct {
	calls, ids int
	most       int // ids of one call
	fail       func(call int) error
	unknown    string // an id that fails each call for several ids
}

func (l *lookups) find(ctx context.Context, _ []idem.Intent, ids [][]string) ([][]idem.Resource, error) {
	l.calls++
	l.ids += len(ids)
	l.most = max(l.most, len(slices.Concat(ids...)))
	select {
	case <-time.After(50 * time.Millisecond):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.fail != nil {
		if err := l.fail(l.calls); err != nil {
			return nil, err
		}
	}
	if len(ids) > 1 && slices.ContainsFunc(ids, func(of []string) bool { return of[0] == l.unknown }) {
		return nil, &idem.AttemptError{Verdict: idem.Rejected, NotYet: true}
	}
	found := make([][]idem.Resource, len(ids))
	for i, id := range ids {
		if id[0] != "absent" && id[0] != l.unknown {
			found[i] = []idem.Resource{{Result: idem.Result{ResourceID: id[0]}}}
		}
	}
	return found, nil
}

func (l *lookups) finder(ctx context.Context) *Finder {
	return NewFinder(ctx, NewPace(100), nil, l.find, noLimit)
}

// Many lookups take few calls, and each gets its own answer.
func TestFinderJoinsLookups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{}
		f := l.finder(t.Context())
		var group sync.WaitGroup
		for i := range 1000 {
			group.Go(func() {
				id := fmt.Sprint("id-", i)
				found, err := f.FindID(t.Context(), idem.Intent{}, id)
				if err != nil || len(found) != 1 || found[0].ResourceID != id {
					t.Errorf("%s: %v, %v", id, found, err)
				}
			})
		}
		group.Wait()
		if l.calls > 6 || l.ids != 1000 {
			t.Errorf("%d calls for %d ids", l.calls, l.ids)
		}
	})
}

// A panic of a shared call reaches each caller, and ends neither the process nor later lookups.
func TestFinderPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bad = 5 // more than may be in flight at once
		l := &lookups{fail: func(call int) error {
			if call <= bad {
				panic("a fault in the program")
			}
			return nil
		}}
		f := l.finder(t.Context())
		find := func() (panicked any) {
			defer func() { panicked = recover() }()
			_, err := f.FindID(t.Context(), idem.Intent{}, "a")
			if err != nil {
				t.Errorf("the later lookup failed: %v", err)
			}
			return nil
		}
		for range bad {
			if panicked := find(); panicked != "a fault in the program" {
				t.Errorf("the lookup panicked with %v", panicked)
			}
		}
		if panicked := find(); panicked != nil {
			t.Errorf("the later lookup panicked with %v", panicked)
		}
	})
}

// One id that EC2 does not find holds up no other id, and takes few calls more.
func TestFinderSplitsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{unknown: "id-77"}
		f := l.finder(t.Context())
		var group sync.WaitGroup
		for i := range 128 {
			group.Go(func() {
				id := fmt.Sprint("id-", i)
				found, err := f.FindID(t.Context(), idem.Intent{}, id)
				if err != nil || len(found) != 1 != (id == l.unknown) {
					t.Errorf("%s: %v, %v", id, found, err)
				}
			})
		}
		group.Wait()
		if l.calls > 2*8 {
			t.Errorf("%d calls", l.calls)
		}
	})
}

// An error that splits calls reaches a lookup that is alone in its call.
func TestFinderSplitsNoSingleLookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{fail: func(int) error { return &idem.AttemptError{Verdict: idem.Rejected, NotYet: true} }}
		if _, err := l.finder(t.Context()).FindID(t.Context(), idem.Intent{}, "id"); err == nil || l.calls != 1 {
			t.Errorf("%v after %d calls", err, l.calls)
		}
	})
}

// Lookups of several ids each share calls that hold no more ids than EC2 takes.
func TestFinderCountsIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{}
		f := l.finder(t.Context())
		var group sync.WaitGroup
		for i := range 10 {
			group.Go(func() {
				ids := make([]string, 90)
				ids[0] = fmt.Sprint("id-", i)
				if found, err := f.FindID(t.Context(), idem.Intent{}, ids...); err != nil || len(found) != 1 || found[0].ResourceID != ids[0] {
					t.Errorf("%v, %v", found, err)
				}
			})
		}
		group.Wait()
		if l.most > maxIDs || l.calls < 5 {
			t.Errorf("%d calls, of %d ids at most", l.calls, l.most)
		}
	})
}

// Lookups that come one after the other take a few calls a second in the long run. The first of them do not wait.
func TestFinderSparesCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{}
		f := l.finder(t.Context())
		start := time.Now()
		if found, err := f.FindID(t.Context(), idem.Intent{}, "absent"); found != nil || err != nil || time.Since(start) > 100*time.Millisecond {
			t.Errorf("%v, %v after %s", found, err, time.Since(start))
		}
		var group sync.WaitGroup
		for range 600 { // 20 a second
			group.Go(func() { _, _ = f.FindID(t.Context(), idem.Intent{}, "id") })
			time.Sleep(50 * time.Millisecond)
		}
		group.Wait()
		if most := callBurst + int(30*time.Second/callInterval) + 2; l.calls > most {
			t.Errorf("%d calls in 30 s, want at most %d", l.calls, most)
		}
	})
}

// A call that is full leaves at once, even while calls that are not full must keep their interval. So does each call after Hurry.
func TestFinderHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{}
		f := l.finder(t.Context())
		find := func(lookups int) time.Duration {
			start := time.Now()
			var group sync.WaitGroup
			for range lookups {
				group.Go(func() { _, _ = f.FindID(t.Context(), idem.Intent{}, "id") })
			}
			group.Wait()
			return time.Since(start)
		}
		for range 2 * callBurst {
			find(1)
		}
		if took := find(1); took < 100*time.Millisecond {
			t.Errorf("a lookup after a burst took %s", took)
		}
		if took := find(maxIDs); took > 100*time.Millisecond {
			t.Errorf("%d lookups at once took %s", maxIDs, took)
		}
		f.Hurry()
		for range 2 * callBurst {
			if took := find(1); took > 100*time.Millisecond {
				t.Errorf("a lookup after Hurry took %s", took)
			}
		}
		for range 2 * callBurst {
			find(1)
		}
		if took := find(1); took < 100*time.Millisecond {
			t.Errorf("a lookup long after Hurry took %s", took)
		}
	})
}

// The error of a failed call reaches all lookups that shared it. The error of a throttled call asks for a plain retry.
func TestFinderFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{fail: func(int) error {
			return &idem.AttemptError{Verdict: idem.NotApplied, Throttled: true, Message: "slow down"}
		}}
		f := l.finder(t.Context())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				_, err := f.FindID(t.Context(), idem.Intent{}, "id")
				if attempt, ok := err.(*idem.AttemptError); !ok || attempt.Message != "slow down" || attempt.Throttled { //nolint:errorlint // as it is
					t.Errorf("%v", err)
				}
			})
		}
		group.Wait()
		if l.calls != 1 {
			t.Errorf("%d calls, want the one that failed", l.calls)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.FindID(ctx, idem.Intent{}, "id"); err == nil {
			t.Error("a lookup whose context ended has no error")
		}
		synctest.Wait()
		time.Sleep(10 * time.Second) // its call is made all the same
	})
}
