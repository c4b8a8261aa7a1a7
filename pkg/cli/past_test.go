package cli

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A run's own answer, which is on record while it waits, is not its past; that of an earlier run is.
func TestPast(t *testing.T) {
	g := guarantee{log: journal.Open(t.TempDir()), keepsToken: true}
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "T", Input: map[string]any{"VpcId": "vpc-1"}}
	answer := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		return idem.Result{ResourceID: "rtb-1", Attempts: 1}, nil
	})
	past := g.past(time.Now())
	waits := idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := journal.Answered(answer).Create(ctx, intent)
		for {
			if r, ok := g.log.Lookup(intent); ok && r.ResourceID != "" { // it is written beside
				break
			}
		}
		if got := past(intent, "rtb-1"); got != (ensure.Past{}) {
			t.Errorf("while it waits its past is %+v", got)
		}
		result.Visible = true
		return result, err
	})
	if _, err := journal.Wrap(g.log, waits, true, func(err error) { t.Error(err) }).Create(t.Context(), intent); err != nil {
		t.Fatal(err)
	}
	later := g.past(time.Now().Add(time.Hour))
	if got := later(intent, "rtb-1"); !got.Seen || got.AnsweredAt.IsZero() {
		t.Errorf("later its past is %+v", got)
	}
	if got := later(intent, "rtb-2"); got != (ensure.Past{}) {
		t.Errorf("the past of another resource is %+v", got)
	}
}

// A run without a limit of its own sends its token no longer than EC2 is trusted to remember it.
func TestTokenWindowLimitsARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never, err := sandbox.ParseFault("unavailable=1")
		if err != nil {
			t.Fatal(err)
		}
		w, stop := newWorld(sandbox.Config{Faults: []sandbox.Fault{never}})
		defer stop()
		r := w.run(t.Context(), "create-route-table", "--vpc-id", sandbox.DefaultVPC, "--idempotency-key", "k",
			"--max-elapsed-time", "0", "--max-attempts", "1000000", "--max-interval", "1h")
		if r.code != exitUnknown || r.elapsed > 24*time.Hour || r.elapsed < 20*time.Hour {
			t.Errorf("exit code %d after %s\n%.300s", r.code, r.elapsed, r.stderr)
		}
	})
}
