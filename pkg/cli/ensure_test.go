package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// --ensure stays exactly-once where EC2 forgets tokens, or ignores them, while one process runs at a time: however often it is
// run, whatever the network does, there is never a second resource, and never a wrong one is adopted.
func TestPromiseOfEnsure(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, kind := range sandbox.Faults() {
		// These two apply a request after the client has seen its end: at an endpoint that ignores tokens nobody can help it.
		if kind.Name != "duplicate" && kind.Name != "late-apply" {
			kinds = append(kinds, kind.Name)
		}
	}
	kinds = append(kinds, "RouteTableLimitExceeded", "UnauthorizedOperation", "UnauthorizedOperation:DescribeRouteTables")
	codes := map[int]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSchedule(rt, kinds)
		s.config.Seed = rapid.Uint64().Draw(rt, "ensure seed")
		if rapid.Bool().Draw(rt, "ignore tokens") {
			s.config.IgnoreTokens = true
		} else {
			s.config.TokenTTL = time.Duration(rapid.IntRange(1, 5000).Draw(rt, "ttl")) * time.Millisecond
			// What EC2 has forgotten must be seen by then, by a look whose answer comes a second late, too: nobody can help it else.
			if seen := int((s.config.TokenTTL - time.Second) / time.Millisecond); seen > 0 {
				s.config.VisibilityLag = time.Duration(rapid.IntRange(0, seen-1).Draw(rt, "lag")) * time.Millisecond
			}
		}
		runs := rapid.IntRange(1, 3).Draw(rt, "runs")
		foreign := rapid.IntRange(0, 5).Draw(rt, "foreign") == 0 && s.disagrees() // the tag is on a resource with other parameters
		broken := ""
		synctest.Test(t, func(*testing.T) {
			w, stop := newWorld(s.config)
			defer stop()
			if foreign {
				w.run(context.Background(), createFrom(s.op, s.other, "--idempotency-key", "key", "--ensure", "--no-wait", "--max-attempts", "1000", "--max-elapsed-time", "24h")...)
			}
			before := len(w.Resources())
			for range runs {
				r := w.run(context.Background(), createFrom(s.op, s.input, "--idempotency-key", "key", "--ensure",
					"--max-attempts", fmt.Sprint(s.attempts), "--max-elapsed-time", s.budget.String(), "--wait-timeout", waitTimeout.String())...)
				codes[r.code]++
				made := w.Resources()[before:]
				switch {
				case len(made) > sampleCount(s.op) || before > 0 && len(made) > 0:
					broken = "made twice"
				case r.code == exitOK && (!s.right(made) || !r.printed(made)):
					broken = "success, but not with the resource printed"
				case strings.Contains(r.stderr, "adopted") && len(made) == 0:
					broken = "adopted a wrong one"
				}
				if broken != "" {
					broken = fmt.Sprintf("%s: exit %d, made %d after %d\nstdout %s\nstderr %s", broken, r.code, len(made), before, r.stdout, r.stderr)
					return
				}
				time.Sleep(10 * time.Second) // longer than any token lives
			}
		})
		if broken != "" {
			rt.Fatal(broken)
		}
	})
	t.Logf("runs by exit code: %v", codes)
	for _, code := range []int{exitOK, exitMismatch, exitUnknown, exitRejected} {
		if codes[code] == 0 && schedules >= 2000 { // chance may leave a code out of fewer
			t.Errorf("no run ended with exit code %d: this does not test it", code)
		}
	}
}

// disagrees reports whether what the schedule's other parameters make can't be taken for what its own parameters make.
func (s schedule) disagrees() bool {
	return slices.ContainsFunc(s.op.Agree, func(member string) bool { return s.input[member] != s.other[member] })
}
