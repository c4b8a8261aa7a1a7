package journal

import (
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// ahead returns a change of a client: the store's clock is an hour and then some ahead, and seems to gain 700 ms with each answer.
func ahead(by time.Duration) func(*dynamodb.Config) {
	return func(c *dynamodb.Config) {
		c.HTTP = dated(c.HTTP, func() time.Time {
			by += 700 * time.Millisecond
			return time.Now().Add(time.Hour + by)
		})
	}
}

// Prune removes what it counts, also if this machine's clock is wrong and the difference of the clocks can't be measured exactly.
func TestPruneWithWrongClock(t *testing.T) {
	open := newTable(t)
	for _, token := range []string{"A", "B", "C"} {
		runOnce(t, open(ahead(0)), intentOf(token), matched)
	}
	if removed, problems, err := open(ahead(0)).Prune(t.Context(), time.Now().Add(time.Minute)); removed != 3 || len(problems) > 0 || err != nil {
		t.Errorf("Prune returns %d, %v, %v", removed, problems, err)
	}
	if left := records(t, open(nil)); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}

// Prune does not count a record that it leaves, because a run has begun since the record was read. It writes nothing then.
func TestPruneCountsRemoved(t *testing.T) {
	open := newTable(t)
	runOnce(t, open(nil), intentOf("T"), matched)
	var r recorder
	j := open(func(c *dynamodb.Config) {
		r.record(c)
		meanwhile("Query", 1, func() { begin(t, open(nil)) })(c)
	})
	if removed, _, err := j.Prune(t.Context(), time.Now().Add(time.Minute)); removed != 0 || err != nil {
		t.Errorf("Prune returns %d, %v", removed, err)
	}
	for _, call := range r.take() {
		if call != "Scan" && call != "Query" {
			t.Errorf("a call of %s", call)
		}
	}
}

// If an answer to a removal is lost, Prune still counts the record.
func TestPruneCountsLostAnswers(t *testing.T) {
	open := newTable(t)
	runOnce(t, open(nil), intentOf("A"), matched)
	runOnce(t, open(nil), intentOf("B"), matched)
	if removed, _, err := open(losing("DeleteItem", 1)).Prune(t.Context(), time.Now().Add(time.Minute)); removed != 2 || err != nil {
		t.Errorf("Prune returns %d, %v", removed, err)
	}
	if left := records(t, open(nil)); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}

// A rewrite of an item does not change the times of its records.
func TestTimesStay(t *testing.T) {
	open := newTable(t)
	runOnce(t, open(ahead(0)), intentOf("T"), matched)
	line := func() string {
		run := open(nil).store.(*table).newRun(intentOf("T"), namesOf(intentOf("T")))
		if err := run.read(t.Context()); err != nil {
			t.Fatal(err)
		}
		return run.item.Text(string(idem.Succeeded))
	}
	was := line()
	for by := range 3 {
		runOnce(t, open(ahead(time.Duration(by)*300*time.Millisecond)), intentOf("T"), unknown)
	}
	if now := line(); now != was {
		t.Errorf("the record was\n%s, is\n%s", was, now)
	}
}

// A copy that comes back unchanged is not copied, although another process has measured the clocks. A later run's record is copied.
func TestCopyWithWrongClock(t *testing.T) {
	open, back := newTable(t), Open(t.TempDir())
	intent := intentOf("made")
	intent.Region = "us-east-1"
	refused := intent
	refused.ClientToken = "refused"
	runOnce(t, open(ahead(0)), intent, matched)
	runOnce(t, open(ahead(0)), refused, rejected)
	copies := func(from, to *Journal, want Copied) {
		t.Helper()
		if got, problems, err := Copy(t.Context(), from, to, anyRecord); got != want || len(problems) > 0 || err != nil {
			t.Errorf("the copy: %+v, %v, %v; want %+v", got, problems, err, want)
		}
	}
	copies(open(ahead(2*time.Second)), back, Copied{Records: 2})
	copies(back, open(ahead(4*time.Second)), Copied{Present: 2})
	copies(open(ahead(0)), back, Copied{Present: 2})
	runOnce(t, back, intent, matched)
	copies(back, open(ahead(0)), Copied{Records: 1, Present: 1})
}
