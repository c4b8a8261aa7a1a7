package batch

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// lookups answers lookups of ids after 50 ms and counts its calls.
type lookups struct {
	calls, ids int
	fail       func(call int) error
}

func (l *lookups) find(ctx context.Context, _ []idem.Intent, ids [][]string) ([][]idem.Resource, error) {
	l.calls++
	l.ids += len(ids)
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
	found := make([][]idem.Resource, len(ids))
	for i, id := range ids {
		if id[0] != "absent" {
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
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.FindID(ctx, idem.Intent{}, "id"); err == nil {
			t.Error("a lookup whose context ended has no error")
		}
		synctest.Wait()
		time.Sleep(10 * time.Second) // its call is made all the same
	})
}
