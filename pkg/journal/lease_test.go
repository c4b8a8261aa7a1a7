package journal

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A run is alive while its lease lasts, by the clock of the store, whatever the clocks of the machines say.
func TestLease(t *testing.T) {
	var store fakeClock
	open := newTable(t)
	at := func(skew time.Duration) *Journal {
		return open(func(c *dynamodb.Config) {
			c.HTTP = dated(c.HTTP, store.now)
			c.Clock = func() time.Time { return time.Now().Add(skew) }
		})
	}
	for _, skew := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour} {
		intent := intentOf("T" + skew.String())
		entry := at(skew).NewEntry(intent)
		if err := entry.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		entry.run.(*tableRun).stop() // as a kill does
		read := func() Record {
			r, ok := at(-skew).Entry(t.Context(), intent).Past()
			if !ok {
				t.Fatalf("%s: not on record", skew)
			}
			return r
		}
		r := read()
		r.lease.machine = "another" // or the kernel is asked
		if !r.Running() {
			t.Errorf("%s: the run is dead at once", skew)
		}
		if age := time.Now().Add(-skew).Sub(r.StartedAt).Abs(); age > time.Minute {
			t.Errorf("%s: by the reader's clock the run began %s ago", skew, age)
		}
		store.pass(defaultLease + clockTolerance)
		r = read()
		r.lease.machine = "another"
		if r.Running() {
			t.Errorf("%s: the run lives after its lease", skew)
		}
	}
}

// An item does not grow with each killed run. What the killed runs recorded stays.
func TestDeadRunsJoin(t *testing.T) {
	var store fakeClock
	open := newTable(t)
	dated := func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) }
	const kills = 5
	var runs map[string]Record
	for n := range kills {
		entry := begin(t, open(dated))
		if n == 1 {
			entry.answered(idem.Result{ResourceID: "rtb-1", Attempts: 3})
		}
		run := entry.run.(*tableRun)
		run.stop() // as a kill does
		c, err := run.current()
		if err != nil {
			t.Fatal(err)
		}
		runs = c.runs
		store.pass(defaultLease + clockTolerance)
	}
	if len(runs) != 2 {
		t.Errorf("after %d killed runs, the item has the records of %d runs", kills, len(runs))
	}
	past, _ := open(dated).Entry(t.Context(), intentOf("T")).Past()
	if past.Outcome != idem.OutcomeUnknown || !slices.Equal(past.ResourceIDs, []string{"rtb-1"}) || past.Attempts != 3 {
		t.Errorf("on record: %+v", past)
	}
}

// A run lives while its lease lasts. If the run is of this machine, its process must live, too. A lease that ends beyond the longest lease is
// from a wrong clock, and does not count.
func TestLeaseAlive(t *testing.T) {
	lives, dead, now := thisProcess(), thisProcess(), time.Now()
	dead.Start, dead.PID = "before", -1
	for _, test := range []struct {
		name    string
		machine string
		process process
		left    time.Duration
		want    bool
	}{
		{"here", machine(), lives, defaultLease, true},
		{"here, killed", machine(), dead, defaultLease, machine() == ""},
		{"elsewhere", "another", dead, defaultLease, true},
		{"on an unknown machine", "", dead, defaultLease, true},
		{"at the end of its lease", machine(), lives, 0, false},
		{"with the longest lease", "another", dead, maxLease + clockTolerance, true},
		{"with a longer lease", "another", dead, maxLease + 2*clockTolerance, false},
	} {
		if got := (&lease{end: now.Add(test.left), machine: test.machine, now: now}).alive(test.process); got != test.want {
			t.Errorf("a run %s: %t", test.name, got)
		}
	}
}

// Of several runs with a claim, one begins. A run without a claim begins beside it.
func TestClaim(t *testing.T) {
	open := newTable(t)
	intent := intentOf("T")
	runOnce(t, open(nil), intent, unknown)
	first, second, joins := open(nil).Entry(t.Context(), intent), open(nil).Entry(t.Context(), intent), open(nil).Entry(t.Context(), intent)
	first.Claim(idem.OutcomeUnknown)
	second.Claim(idem.OutcomeUnknown)
	if err := first.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	var taken *TakenError
	if err := second.begin(t.Context()); !errors.As(err, &taken) || taken.Late {
		t.Errorf("the second claim: %v", err)
	}
	if err := joins.begin(t.Context()); err != nil {
		t.Error(err)
	}
	for _, entry := range []*Entry{first, joins} {
		if _, err := entry.finish(matched()); err != nil {
			t.Error(err)
		}
	}
	late := open(nil).Entry(t.Context(), intent)
	late.Claim(idem.OutcomeUnknown)
	if err := late.begin(t.Context()); !errors.As(err, &taken) {
		t.Errorf("a claim of a settled intent: %v", err)
	}
	if found := records(t, open(nil)); len(found) != 1 || found[0].Outcome != idem.Succeeded {
		t.Errorf("on record: %+v", found)
	}
}

// If another run begins just before the end of a refused run is written, the outcome of the refused run is unknown.
func TestBegunMeanwhile(t *testing.T) {
	open := newTable(t)
	j := open(meanwhile("PutItem", 2, func() { begin(t, open(nil)) }))
	if told := runOnce(t, j, intentOf("T"), rejected); told != idem.OutcomeUnknown {
		t.Errorf("the outcome is %q", told)
	}
	if found := records(t, j); len(found) != 1 || !found[0].Running() {
		t.Errorf("on record: %+v", found)
	}
}

// A process that stood still until another run took its intent over sends nothing more, and changes nothing that the other run settled.
func TestLate(t *testing.T) {
	var store, own fakeClock
	open := newTable(t)
	intent := intentOf("T")
	stopped := open(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) }).Entry(t.Context(), intent)
	if err := stopped.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := stopped.run.(*tableRun)
	run.stop()
	run.renewed = run.renewed.Add(-2 * defaultLease) // it stood still
	store.pass(2 * defaultLease)
	own.pass(2 * defaultLease)

	other := open(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) }).Entry(t.Context(), intent)
	other.Claim(idem.OutcomeUnknown)
	if err := other.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := false
	_, err := UnlessTaken(stopped, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		sent = true
		return matched()
	})).Create(t.Context(), intent)
	var taken *TakenError
	if sent || !errors.As(err, &taken) || !taken.Late {
		t.Errorf("sent: %t, %v", sent, err)
	}
	if _, err := other.finish(matched()); err != nil {
		t.Error(err)
	}
	if _, err := stopped.finish(unknown()); err != nil {
		t.Error(err)
	}
	if found := records(t, open(nil)); len(found) != 1 || found[0].Outcome != idem.Succeeded {
		t.Errorf("on record: %+v", found)
	}
}

// A process that stood still until another run has settled its intent sends nothing more.
func TestLateSettled(t *testing.T) {
	open := newTable(t)
	stopped := begin(t, open(nil))
	run := stopped.run.(*tableRun)
	run.stop()
	dies(t, open(nil), stopped.record)
	runOnce(t, open(nil), intentOf("T"), matched)
	run.renewed = run.renewed.Add(-2 * defaultLease) // it stood still
	var taken *TakenError
	if err := run.checkTaken(t.Context()); !errors.As(err, &taken) || !taken.Late {
		t.Errorf("checkTaken: %v", err)
	}
}

// A run that stood still, and that nobody took over, renews its lease and goes on.
func TestLateAlone(t *testing.T) {
	var r recorder
	entry := newTable(t)(r.record).NewEntry(intentOf("T"))
	if err := entry.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := entry.run.(*tableRun)
	run.stop()
	r.take()
	if err := run.checkTaken(t.Context()); err != nil || len(r.take()) > 0 {
		t.Errorf("a young lease: %v, or a call", err)
	}
	run.renewed = run.renewed.Add(-2 * defaultLease)
	if err := run.checkTaken(t.Context()); err != nil {
		t.Error(err)
	}
	if calls := r.take(); !slices.Equal(calls, []string{"PutItem"}) {
		t.Errorf("the calls are %q", calls)
	}
}
