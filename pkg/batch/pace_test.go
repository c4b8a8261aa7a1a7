package batch

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A bucket throttles as EC2 does. It uses the clock of the synctest bubble.
type bucket struct {
	mu               sync.Mutex
	capacity, refill float64
	tokens           float64
	at               time.Time
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.capacity, b.tokens+b.refill*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1-1e-9 {
		return false
	}
	b.tokens--
	return true
}

// A run takes at most 1.05 times the shortest possible time, and at most 3% of its calls are throttled, whatever the bucket, the
// latency and the other clients.
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
		{"50:20, 1 ms", 50, 20, 450, time.Millisecond, 0},
		{"50:20, 100 ms", 50, 20, 450, 100 * time.Millisecond, 0},
		{"50:5, 200 ms", 50, 5, 450, 200 * time.Millisecond, 0},
		{"20:10, 1 ms", 20, 10, 450, time.Millisecond, 0},
		{"100:50, 1 ms", 100, 50, 450, time.Millisecond, 0},
		{"100:50, 60 ms", 100, 50, 450, 60 * time.Millisecond, 0},
		{"400:200", 400, 200, 3000, 20 * time.Millisecond, 0},
		{"half is taken", 50, 20, 450, time.Millisecond, 10},
		{"half is taken, 50 ms", 50, 20, 450, 50 * time.Millisecond, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBucket(c.capacity, c.refill)
				ctx, cancel := context.WithCancel(t.Context())
				defer synctest.Wait()
				defer time.Sleep(time.Second) // until the other client has seen its end
				defer cancel()
				if c.other > 0 {
					go b.otherClient(ctx, c.other)
				}
				start := time.Now()
				calls, throttled := run(b, c.entries, c.latency)
				elapsed := (time.Since(start) - 2*c.latency).Seconds() // the first answer and the last are late for anybody
				limit := (float64(c.entries) - c.capacity) / (c.refill - c.other)
				t.Logf("%.3f times the limit, %d of %d calls throttled: %.2f%%", elapsed/limit, throttled, calls, 100*float64(throttled)/float64(calls))
				share := 0.03
				if c.latency >= 50*time.Millisecond { // all in flight are throttled together
					share = 0.04
				}
				if elapsed > 1.05*limit || float64(throttled) > share*float64(calls) {
					t.Error("missed")
				}
			})
		})
	}
}

// The rate follows another client that takes three quarters of the refill and later stops, with few throttles.
func TestPaceSharesWhatOthersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(50, 20)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(20*time.Second, func() { go b.otherClient(ctx, 15) })
		time.AfterFunc(60*time.Second, cancel)
		start := time.Now()
		const entries = 50 + 20*20 + 40*5 + 30*20 // in 90 s
		calls, throttled := run(b, entries, time.Millisecond)
		elapsed := time.Since(start).Seconds()
		t.Logf("%.1f s, %d of %d calls throttled", elapsed, throttled, calls)
		if elapsed > 1.1*90 || float64(throttled) > 0.06*float64(calls) {
			t.Error("missed")
		}
	})
}

// A run makes progress at the slowest refill, too.
func TestPaceNeverStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		run(newBucket(5, 0.2), 30, 0)
		if limit := 125 * time.Second; time.Since(start) > 2*limit {
			t.Errorf("25 calls at one in 5 s took %s", time.Since(start))
		}
	})
}

// Without throttles, only the very first calls are held back.
func TestPaceWithoutThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		const entries, latency = 5000, 10 * time.Millisecond
		_, throttled := run(newBucket(1e9, 1e9), entries, latency)
		if least := entries / workers * latency; throttled != 0 || time.Since(start) > 2*least {
			t.Errorf("%s, and %d throttled; %s is possible", time.Since(start), throttled, least)
		}
	})
}

// When the context ends, a call that waits for the clock and a call that waits behind it are not sent.
func TestPaceInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPace(1)
		p.empty(time.Now(), time.Now()) // a pause begins
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		time.AfterFunc(time.Millisecond, func() { cancel(gone) })
		creator := p.Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			t.Error("it is sent")
			return idem.Result{}, nil
		}), noLimit)
		var calls sync.WaitGroup
		for range 2 {
			calls.Go(func() {
				_, err := creator.Create(ctx, idem.Intent{})
				var attempt *idem.AttemptError
				if !errors.As(err, &attempt) || attempt.Verdict != idem.NotApplied || !errors.Is(err, gone) || !strings.HasPrefix(attempt.Message, "nothing was sent ") {
					t.Errorf("error %v", err)
				}
			})
		}
		calls.Wait()
	})
}

func newBucket(capacity, refill float64) *bucket {
	return &bucket{capacity: capacity, refill: refill, tokens: capacity, at: time.Now()}
}

// otherClient takes calls at a rate until the context ends.
func (b *bucket) otherClient(ctx context.Context, rate float64) {
	for ctx.Err() == nil {
		b.take()
		time.Sleep(seconds(1 / rate))
	}
}

const workers = 16

func noLimit(ctx context.Context) (context.Context, context.CancelFunc) { return ctx, func() {} }

// run makes calls until as many as entries have passed. The bucket sees each call in the middle of its latency.
func run(b *bucket, entries int, latency time.Duration) (calls, throttled int) {
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
	}), noLimit)
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

// Clients that share a bucket and a queue of entries take about the shortest possible time together: none of them keeps its last entries long.
func TestPaceOfMany(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			const refill, entries = 5, 250
			b, random := newBucket(50, refill), rand.New(rand.NewPCG(seed, 0))
			var (
				mu      sync.Mutex
				left    = entries
				clients sync.WaitGroup
			)
			draw := func(n time.Duration) time.Duration {
				mu.Lock()
				defer mu.Unlock()
				return time.Duration(random.Int64N(int64(n)))
			}
			next := func() bool {
				mu.Lock()
				defer mu.Unlock()
				left--
				return left >= 0
			}
			start := time.Now()
			for range 4 {
				creator := NewPace(50).Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
					time.Sleep(draw(30 * time.Millisecond))
					if !b.take() {
						return idem.Result{}, &idem.AttemptError{Verdict: idem.NotApplied, Throttled: true}
					}
					return idem.Result{}, nil
				}), noLimit)
				begins := draw(300 * time.Millisecond)
				for range workers {
					clients.Go(func() {
						for time.Sleep(begins); next(); {
							for _, err := creator.Create(t.Context(), idem.Intent{}); err != nil; _, err = creator.Create(t.Context(), idem.Intent{}) {
								time.Sleep(100 * time.Millisecond)
							}
						}
					})
				}
			}
			clients.Wait()
			if ratio := time.Since(start).Seconds() * refill / (entries - 50); ratio > 1.5 {
				t.Errorf("seed %d: %.2f times the shortest time", seed, ratio)
			}
		})
	}
}
