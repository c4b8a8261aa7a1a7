package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A create makes a constant number of calls to the table: it writes the claim, the answer and the end. If the token may have been used before,
// a Query precedes them. No call is a Scan.
func TestCallsOfCreate(t *testing.T) {
	var r recorder
	j := newTable(t)(r.record)
	create := func(entry *Entry, end func() (idem.Result, error)) {
		creator := idem.Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return end() }))
		creator = Wrap(entry, Answered(entry, UnlessTaken(entry, creator)), false, func(err error) { t.Error(err) })
		_, _ = creator.Create(t.Context(), entry.Intent()) // the calls count
	}
	for _, test := range []struct {
		name string
		do   func()
		want []string
	}{
		{"random token", func() { create(j.NewEntry(intentOf("A")), matched) }, []string{"PutItem", "PutItem", "PutItem"}},
		{"key", func() { create(j.Entry(t.Context(), intentOf("B")), matched) }, []string{"Query", "PutItem", "PutItem", "PutItem"}},
		{"key again", func() { create(j.Entry(t.Context(), intentOf("B")), matched) }, []string{"Query", "PutItem", "PutItem", "PutItem"}},
		{"unknown", func() { create(j.NewEntry(intentOf("C")), unknown) }, []string{"PutItem", "Query", "Query", "PutItem"}},
		{"list of open ones", func() { _, _, _ = j.Unfinished(t.Context()) }, []string{"Query"}},
		{"list", func() { _, _, _ = j.Records(t.Context()) }, []string{"Scan"}},
	} {
		test.do()
		if got := r.take(); !slices.Equal(got, test.want) {
			t.Errorf("%s: the calls are %q, want %q", test.name, got, test.want)
		}
	}
}

// Unfinished reads the index, which holds no finished record.
func TestUnfinished(t *testing.T) {
	j := newTable(t)(nil)
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("open"), unknown)
	open, problems, err := j.Unfinished(t.Context())
	if err != nil || len(problems) > 0 || len(open) != 1 || open[0].ClientToken != "open" || open[0].Running() {
		t.Errorf("unfinished are %+v, %v, %v", open, problems, err)
	}
	if _, err := j.store.records(t.Context(), "", true, func(read []Record) error {
		if read[0].ClientToken != "open" {
			t.Errorf("the index has %+v", read)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// All reads are consistent, except those of the index, which offers no consistent read.
func TestConsistentReads(t *testing.T) {
	var consistent []bool
	j := newTable(t)(func(c *dynamodb.Config) {
		next := c.HTTP
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			var q dynamodb.Query
			if err := json.NewDecoder(body).Decode(&q); err != nil {
				return nil, err
			}
			if operationOf(req) == "Query" && q.IndexName == "" {
				consistent = append(consistent, q.ConsistentRead)
			}
			return next.Do(req)
		})
	})
	runOnce(t, j, intentOf("T"), unknown)
	if _, _, err := j.Forget(t.Context(), "T"); err != nil {
		t.Error(err)
	}
	if len(consistent) < 5 || slices.Contains(consistent, false) {
		t.Errorf("the reads are consistent: %v", consistent)
	}
}

// Each reads a table page by page, and reads no further page after an error of do.
func TestPages(t *testing.T) {
	var r recorder
	j := newTable(t)(r.record)
	const count = 8
	for i := range count {
		intent := intentOf(fmt.Sprint(i))
		intent.Input["UserData"] = strings.Repeat("x", dynamodb.MaxSize*3/4) // a page has 1 MB
		runOnce(t, j, intent, matched)
	}
	r.take()
	seen, pages := map[string]bool{}, 0
	problems, err := j.Each(t.Context(), func(record Record) error {
		if len(seen) == 0 {
			if calls := r.take(); !slices.Equal(calls, []string{"Scan"}) {
				t.Errorf("before the first record: %q", calls)
			}
			pages++
		}
		seen[record.ClientToken] = true
		return nil
	})
	pages += len(r.take())
	if err != nil || len(problems) > 0 || len(seen) != count || pages < 2 {
		t.Errorf("%d records in %d pages; %v, %v", len(seen), pages, problems, err)
	}
	enough := errors.New("enough")
	if _, err := j.Each(t.Context(), func(Record) error { return enough }); !errors.Is(err, enough) || len(r.take()) != 1 {
		t.Errorf("Each returns %v, or reads on", err)
	}
	back := Open(t.TempDir())
	if got, problems, err := Copy(t.Context(), j, back, anyRecord); got != (Copied{Records: count}) || len(problems) > 0 || err != nil {
		t.Errorf("the copy: %+v, %v, %v", got, problems, err)
	}
	if removed, problems, err := j.Prune(t.Context(), time.Now().Add(time.Minute)); removed != count || len(problems) > 0 || err != nil {
		t.Errorf("Prune returns %d, %v, %v", removed, problems, err)
	}
	if left := records(t, j); len(left) > 0 {
		t.Errorf("left: %d", len(left))
	}
}

// A resume whose answer was lost does not take its own write for another run's.
func TestLostAnswerOfResume(t *testing.T) {
	open := newTable(t)
	intent := intentOf("T")
	runOnce(t, open(nil), intent, unknown)
	entry := open(losing("PutItem", 1)).Entry(t.Context(), intent)
	entry.Claim(idem.OutcomeUnknown)
	if err := entry.begin(t.Context()); err != nil {
		t.Error(err)
	}
}

// If an answer is lost, the next attempt finds its own write, and the create goes on. If no answer arrives, the record may have been written, and
// a resume would create the resource: the outcome is unknown.
func TestLostAnswerOfClaim(t *testing.T) {
	open := newTable(t)
	for lost, want := range map[int]idem.Outcome{1: idem.Succeeded, 2: idem.OutcomeUnknown} {
		j := open(losing("PutItem", lost))
		intent := intentOf(string(want))
		sent := 0
		creator := Wrap(j.NewEntry(intent), idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
			sent++
			return matched()
		}), false, func(err error) { t.Error(err) })
		_, err := creator.Create(t.Context(), intent)
		got := idem.Succeeded
		var outcome *idem.OutcomeError
		if errors.As(err, &outcome) {
			got = outcome.Outcome
		}
		if got != want || (sent == 1) != (want == idem.Succeeded) {
			t.Errorf("%d lost: the outcome is %s, %v; want %s; %d sent", lost, got, err, want, sent)
		}
	}
}

// Prune removes nothing that a run has changed since it was read.
func TestPruneMeanwhile(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		change    func(*testing.T, *Journal) // what happens before the operation
		running   bool                       // whether the intent runs afterwards
	}{
		"a run begins before the item goes":    {"DeleteItem", func(t *testing.T, j *Journal) { begin(t, j) }, true},
		"a run begins before the item is read": {"Query", func(t *testing.T, j *Journal) { begin(t, j) }, true},
		"a run ends before the item is read":   {"Query", func(t *testing.T, j *Journal) { runOnce(t, j, intentOf("T"), matched) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			open := newTable(t)
			runOnce(t, open(nil), intentOf("T"), matched)
			j := open(meanwhile(test.operation, 1, func() { test.change(t, open(nil)) }))
			if _, problems, err := j.Prune(t.Context(), time.Now().Add(time.Minute)); err != nil || len(problems) > 0 {
				t.Error(err, problems)
			}
			found := map[idem.Outcome]bool{}
			_, err := j.store.records(t.Context(), "T", false, func(records []Record) error {
				for _, r := range records {
					found[r.Outcome] = true
				}
				return nil
			})
			if err != nil || !found[idem.Succeeded] || found[idem.OutcomeUnknown] != test.running {
				t.Errorf("on record: %v, %v", found, err)
			}
		})
	}
}

// Forget keeps a run whose process stood still, if the process renews the lease before Forget removes the run.
func TestForgetMeanwhile(t *testing.T) {
	open := newTable(t)
	entry := begin(t, open(nil))
	dies(t, open(nil), entry.record)
	j := open(meanwhile("Query", 3, func() { // the first two queries find the run, the third precedes the removal
		if err := entry.run.(*tableRun).renew(t.Context()); err != nil {
			t.Error(err)
		}
	}))
	if _, problems, err := j.Forget(t.Context(), "T"); err != nil || len(problems) > 0 {
		t.Error(err, problems)
	}
	if found := records(t, open(nil)); len(found) != 1 || !found[0].Running() {
		t.Errorf("on record: %+v", found)
	}
}

// Two machines may write an endpoint in different ways, and name a profile differently. A record has the names of the machine that reads the
// record.
func TestOtherNames(t *testing.T) {
	open := newTable(t)
	runOnce(t, open(nil), intentOf("T"), unknown)
	intent := intentOf("T")
	intent.Endpoint += "/"
	intent.Profile = "another"
	if past, ok := open(nil).Entry(t.Context(), intent).Past(); !ok || cmp.Diff(intent, past.Intent) != "" {
		t.Errorf("on record: %t, %+v", ok, past)
	}
}

// The end of a run is written although the table can't be read: the run knows the item.
func TestEndWithoutQuery(t *testing.T) {
	j := newTable(t)(func(c *dynamodb.Config) {
		next := c.HTTP
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			if operationOf(req) != "Query" {
				return next.Do(req)
			}
			return reply(http.StatusBadRequest, `{"__type":"x#AccessDeniedException"}`), nil
		})
	})
	creator := Wrap(j.NewEntry(intentOf("T")), idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return rejected() }), false,
		func(err error) { t.Error(err) })
	var outcome *idem.OutcomeError
	if _, err := creator.Create(t.Context(), intentOf("T")); !errors.As(err, &outcome) || outcome.Outcome != idem.OutcomeUnknown {
		t.Errorf("it ends with %v", err)
	}
}
