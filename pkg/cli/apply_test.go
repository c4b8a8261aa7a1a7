package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// manifestOf writes a manifest of route tables in JSON Lines and returns its path.
func manifestOf(t *testing.T, entries int) string {
	t.Helper()
	var b strings.Builder
	for i := range entries {
		fmt.Fprintf(&b, `{"operation":"CreateRouteTable","input":{"VpcId":%q},"idempotency_key":"key-%d"}`+"\n", vpcA, i)
	}
	path := filepath.Join(t.TempDir(), "manifest.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// linesOf reads the results of a run by their index.
func linesOf(t *testing.T, stdout string) map[int]resultLine {
	t.Helper()
	lines := map[int]resultLine{}
	for d := json.NewDecoder(strings.NewReader(stdout)); ; {
		var line resultLine
		err := d.Decode(&line)
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := lines[line.Index]; twice {
			t.Errorf("entry %d has two results", line.Index)
		}
		lines[line.Index] = line
	}
}

// once checks that each entry was made exactly once, as its result says.
func (w *world) once(t *testing.T, entries int, stdout string) {
	t.Helper()
	made := map[string]string{}
	for _, r := range w.Resources() {
		if made[r.ClientToken] != "" {
			t.Errorf("token %s made two", r.ClientToken)
		}
		made[r.ClientToken] = r.ID
	}
	lines := linesOf(t, stdout)
	if len(made) != entries || len(lines) != entries {
		t.Fatalf("%d made, %d results, want %d", len(made), len(lines), entries)
	}
	for _, line := range lines {
		if line.Outcome != "succeeded" || line.ResourceID != made[line.ClientToken] {
			t.Errorf("the result %+v, but made is %q", line, made[line.ClientToken])
		}
	}
}

// "A bucket of 50 refilled at 20 a second, not told to the program, 450 entries: at most 1.05 times the limit, at most 3% of the
// calls throttled, no failure. The same for 20:10 and 100:50, and with another client that takes half of the refill".
func TestApplyKeepsPace(t *testing.T) {
	t.Parallel()
	const entries = 450
	path := manifestOf(t, entries)
	for _, c := range []struct {
		capacity, refill, other float64
	}{{50, 20, 0}, {20, 10, 0}, {100, 50, 0}, {50, 20, 10}, {50, 5, 0}} {
		t.Run(fmt.Sprintf("%v:%v-%v", c.capacity, c.refill, c.other), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, stop := newWorld(sandbox.Config{Bucket: &sandbox.Bucket{Capacity: c.capacity, Refill: c.refill}})
				defer stop()
				ctx, end := context.WithCancel(t.Context())
				theirs := make(chan int)
				go func() { theirs <- w.otherClient(ctx, c.other) }()
				r := w.run(t.Context(), "apply", "-f", path)
				end()
				theirThrottles := <-theirs
				if r.code != exitOK {
					i := strings.Index(r.stdout, "unknown")
					t.Fatalf("exit %d: %s %s", r.code, r.stderr, r.stdout[max(i-100, 0):i+600])
				}
				report := w.Report()
				calls, throttled := 0, report.Throttled-theirThrottles
				for _, line := range linesOf(t, r.stdout) {
					calls += line.Attempts
				}
				limit := (entries - c.capacity) / (c.refill - c.other)
				ratio, share := r.elapsed.Seconds()/limit, float64(throttled)/float64(calls)
				t.Logf("%.3f times the limit, %d of %d creates throttled: %.2f%%; %v", ratio, throttled, calls, 100*share, report.Calls)
				if ratio > 1.05 || share > 0.03 {
					t.Error("missed")
				}
			})
		})
	}
}

// otherClient makes calls at a rate until the context ends, and returns how many of them were throttled.
func (w *world) otherClient(ctx context.Context, rate float64) (throttled int) {
	if rate == 0 {
		return 0
	}
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	for ctx.Err() == nil {
		if r := w.run(context.Background(), "create-route-table", "--vpc-id", vpcB, "--no-wait", "--max-attempts", "1"); r.code != exitOK {
			throttled++
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return throttled
}

// "Under random faults: every entry exactly once"; what is still unknown in the end, the same command completes.
func TestApplyMakesEachOnce(t *testing.T) {
	t.Parallel()
	const entries = 60
	path := manifestOf(t, entries)
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			config := sandbox.Config{Seed: seed, VisibilityLag: 3 * time.Second}
			for _, kind := range sandbox.Faults() {
				fault, err := sandbox.ParseFault(kind.Name + "=0.01")
				if err != nil {
					t.Fatal(err)
				}
				config.Faults = append(config.Faults, fault)
			}
			w, stop := newWorld(config)
			defer stop()
			r := w.run(t.Context(), "apply", "-f", path, "--max-attempts", "4", "--attempt-timeout", "2s")
			for runs := 1; r.code == exitUnknown && runs < 10; runs++ {
				r = w.run(t.Context(), "apply", "-f", path, "--attempt-timeout", "2s")
			}
			if r.code != exitOK {
				t.Fatalf("exit %d: %s", r.code, r.stderr)
			}
			w.once(t, entries, r.stdout)
		})
	}
}

// "Ctrl-C stops taking new entries, lets those in flight end, and says how to go on"; the same command completes it.
func TestApplyInterrupted(t *testing.T) {
	t.Parallel()
	const entries = 200
	path := manifestOf(t, entries)
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWorld(sandbox.Config{Bucket: &sandbox.Bucket{Capacity: 50, Refill: 10}})
		defer stop()
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(Interrupt{syscall.SIGINT}) })
		r := w.run(ctx, "apply", "-f", path)
		lines := linesOf(t, r.stdout)
		if r.code != 130 || len(lines) == 0 || len(lines) == entries || r.elapsed > 6*time.Second {
			t.Errorf("exit %d after %s with %d results", r.code, r.elapsed, len(lines))
		}
		for _, line := range lines {
			if line.Outcome != "succeeded" {
				t.Errorf("what was in flight did not end: %+v", line)
			}
		}
		if len(w.Resources()) != len(lines) || !strings.Contains(r.stderr, "hint: to continue, run the same command again: awsidem apply -f "+path) {
			t.Errorf("%d made for %d results; stderr %s", len(w.Resources()), len(lines), r.stderr)
		}
		r = w.run(t.Context(), "apply", "-f", path)
		if r.code != exitOK {
			t.Fatalf("exit %d: %s", r.code, r.stderr)
		}
		w.once(t, entries, r.stdout)
	})
}

// A signal ends a run that still waits for its manifest.
func TestApplyInterruptedWhileItReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		manifest, generator := io.Pipe()
		defer func() { _ = generator.Close() }()
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(Interrupt{syscall.SIGTERM}) })
		var stdout, stderr bytes.Buffer
		env := Env{Streams: Streams{In: manifest, Out: &stdout, Err: &stderr}, Lookup: os.LookupEnv}
		if code := Main(ctx, []string{"apply", "-f", "-"}, env); code != 143 || stdout.Len() > 0 {
			t.Errorf("exit %d: %s%s", code, &stdout, &stderr)
		}
	})
}

// A signal that comes as the last entry ends is said before the summary, and in the one document of errors.
func TestApplyInterruptedAtTheEnd(t *testing.T) {
	t.Parallel()
	path := manifestOf(t, 1)
	w, stop := newWorld(sandbox.Config{})
	defer stop()
	for range 100 { // the scheduler would choose which comes first
		ctx, cancel := context.WithCancelCause(t.Context())
		var stderr bytes.Buffer
		interrupting := writerFunc(func([]byte) error { cancel(Interrupt{syscall.SIGINT}); return nil })
		env := Env{Streams: Streams{Out: interrupting, Err: &stderr}, Lookup: os.LookupEnv, Dial: w.net.Dial}
		Main(ctx, []string{"apply", "-f", path, "--no-wait", "--cli-error-format", "json"}, env)
		var document struct{ Notes []string }
		if err := json.Unmarshal(stderr.Bytes(), &document); err != nil {
			t.Fatal(err, stderr.String())
		}
		if n := document.Notes; len(n) != 2 || !strings.HasPrefix(n[0], "interrupted: ") || !strings.Contains(n[1], "1 succeeded") {
			t.Fatalf("%q", n)
		}
	}
}

// Entries of one Region do not wait for those of another, wherever in the manifest they stand.
func TestApplyWorksOnRegionsAtOnce(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, region := range []string{"us-east-1", "eu-west-1", "us-west-2"} {
		for i := range 150 {
			fmt.Fprintf(&b, `{"operation":"create-network-acl","input":{"VpcId":%q},"idempotency_key":"k%d","region":%q}`+"\n", vpcA, i, region)
		}
	}
	path := filepath.Join(t.TempDir(), "m")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWorld(sandbox.Config{Bucket: &sandbox.Bucket{Capacity: 50, Refill: 10}})
		defer stop()
		r := w.run(t.Context(), "apply", "-f", path)
		if lines := linesOf(t, r.stdout); r.code != exitOK || len(lines) != 450 || r.elapsed > 11*time.Second {
			t.Errorf("exit %d after %s with %d results: %s", r.code, r.elapsed, len(lines), r.stderr)
		}
	})
}

// A network that is gone ends the run soon, and not only after the budget of each entry.
func TestApplyGivesUpWithoutAnswers(t *testing.T) {
	t.Parallel()
	path := manifestOf(t, 1000)
	synctest.Test(t, func(t *testing.T) {
		w, stop := newWorld(sandbox.Config{Faults: sandbox.MustFaults("drop=1")})
		defer stop()
		r := w.run(t.Context(), "apply", "-f", path, "--max-elapsed-time", "1m")
		if lines := linesOf(t, r.stdout); r.code != exitUnknown || len(lines) > 40 || r.elapsed > 2*time.Minute {
			t.Errorf("exit %d after %s with %d results", r.code, r.elapsed, len(lines))
		}
		if !strings.Contains(r.stderr, "EC2 does not answer any more") || !strings.Contains(r.stderr, "hint: to continue") {
			t.Error(r.stderr)
		}
	})
}
