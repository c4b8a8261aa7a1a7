package batch

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A bucket throttles as EC2 does, in the bubble's time.
type bucket struct {
	mu               sync.Mutex
	capacity, refill float64
	tokens           float64
	at               time.Time
	calls, throttled int
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.capacity, b.tokens+b.refill*now.Sub(b.at).Seconds())
	b.at = now
	b.calls++
	if b.tokens < 1-1e-9 {
		b.throttled++
		return false
	}
	b.tokens--
	return true
}

func TestPaceReachesTheLimit(t *testing.T) {
	for _, c := range []struct {
		name             string
		capacity, refill float64
		entries          int
		latency          time.Duration
		other            float64 // calls a second of another client
	}{
		{"50:20", 50, 20, 450, 0, 0},
		{"20:10", 20, 10, 450, 0, 0},
		{"100:50", 100, 50, 450, 0, 0},
		{"50:5", 50, 5, 450, 0, 0},
		{"50:20 1ms", 50, 20, 450, time.Millisecond, 0},
		{"50:20 100ms", 50, 20, 450, 100 * time.Millisecond, 0},
		{"50:5 200ms", 50, 5, 450, 200 * time.Millisecond, 0},
		{"20:10 1ms", 20, 10, 450, time.Millisecond, 0},
		{"100:50 1ms", 100, 50, 450, time.Millisecond, 0},
		{"100:50 60ms", 100, 50, 450, 60 * time.Millisecond, 0},
		{"another's half", 50, 20, 450, time.Millisecond, 10},
		{"another's half, 50ms", 50, 20, 450, 50 * time.Millisecond, 10},
		{"slow", 5, 0.5, 60, 0, 0},
		{"400:200", 400, 200, 3000, 20 * time.Millisecond, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &bucket{capacity: c.capacity, refill: c.refill, tokens: c.capacity, at: time.Now()}
				ctx, cancel := context.WithCancel(t.Context())
				if c.other > 0 {
					defer synctest.Wait()
					defer time.Sleep(time.Second)
					go func() {
						for ctx.Err() == nil {
							b.take()
							time.Sleep(seconds(1 / c.other))
						}
					}()
				}
				start := time.Now()
				calls, throttled := run(b, c.entries, 16, c.latency)
				elapsed := time.Since(start).Seconds()
				cancel()
				limit := (float64(c.entries) - c.capacity) / (c.refill - c.other)
				t.Logf("%.2f s, %.3f times the limit; %d of %d calls throttled, %.2f%%", elapsed, elapsed/limit, throttled, calls, 100*float64(throttled)/float64(calls))
				if elapsed > 1.05*limit+c.latency.Seconds()*2 || float64(throttled) > 0.03*float64(calls) {
					t.Error("missed")
				}
			})
		})
	}
}

func run(b *bucket, entries, workers int, latency time.Duration) (calls, throttled int) {
	p := NewPace(50)
	var mu sync.Mutex
	creator := p.Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		time.Sleep(latency / 2)
		ok := b.take()
		mu.Lock()
		calls++
		if !ok {
			throttled++
		}
		mu.Unlock()
		time.Sleep(latency / 2)
		if !ok {
			return idem.Result{}, &idem.AttemptError{Verdict: idem.NotApplied, Throttled: true}
		}
		return idem.Result{}, nil
	}), func(ctx context.Context) (context.Context, context.CancelFunc) { return ctx, func() {} })
	queue := make(chan int, entries)
	for i := range entries {
		queue <- i
	}
	close(queue)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range queue {
				for {
					_, err := creator.Create(context.Background(), idem.Intent{})
					if err == nil {
						break
					}
					time.Sleep(100 * time.Millisecond)
				}
			}
		})
	}
	wg.Wait()
	return calls, throttled
}
