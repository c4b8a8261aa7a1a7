package journal

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// Two to four workers share a table on dynalite. A scheduler lets one request at a time go, to DynamoDB or to EC2. The request or its answer may
// be lost, the request may be throttled, or its worker is killed. The workers' clocks differ by hours. The index may lag.
//
//   - EC2 has at most one resource for a token.
//   - If a create reports that nothing was created, there is no resource, and no later resume makes one.
//   - After the faults and the leases have ended, one resume settles all intents, and each resource has a succeeded record.
func TestFleet(t *testing.T) {
	open := newTable(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		f := &fleet{
			rapid: rt, open: open, prefix: fmt.Sprintf("%d-", round), made: map[string]string{}, input: map[string]any{},
			nothing: map[string]string{}, steps: make(chan *step), ended: make(chan bool),
		}
		f.run()
	})
}

// A fate is what happens to a request.
type fate string

const (
	arrives    fate = "arrives"
	lostBefore fate = "lost before it is applied"
	lostAfter  fate = "applied, and the answer is lost"
	slowedDown fate = "throttled"
	refused    fate = "refused" // by EC2
	stale      fate = "answered as the index was before"
	killBefore fate = "the worker is killed before"
	killAfter  fate = "the worker is killed after"
)

// A step is a request that waits for its turn.
type step struct {
	who  int    // the worker
	what string // the operation
	ec2  bool   // whether the request goes to EC2, not to DynamoDB
	fate chan fate
}

type fleet struct {
	rapid  *rapid.T
	open   func(change func(*dynamodb.Config)) *Journal
	prefix string // of this round's tokens
	store  fakeClock

	steps chan *step
	ended chan bool
	calm  atomic.Bool // whether each request arrives at once

	mu       sync.Mutex
	made     map[string]string // EC2: the resource of a token
	input    map[string]any    // EC2: the parameters of a token
	count    int               // EC2: how many resources there are
	nothing  map[string]string // by token of one worker: the error of a create that reported that nothing was created
	problems []string          // the broken promises
	index    []byte            // the first answer of the index in this round
}

// fail adds a broken promise.
func (f *fleet) fail(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

// wait waits for the request's turn, and returns its fate.
func (f *fleet) wait(who int, what string, ec2 bool) fate {
	if f.calm.Load() { // a killed worker's renewals of its lease go on
		return arrives
	}
	s := &step{who, what, ec2, make(chan fate)}
	f.steps <- s
	fate := <-s.fate
	if fate == killBefore {
		runtime.Goexit()
	}
	return fate
}

func (f *fleet) intent(token, vpc string) idem.Intent {
	return idem.Intent{
		Operation: "CreateRouteTable", ClientToken: f.prefix + token, Input: map[string]any{"VpcId": vpc}, Region: "us-east-1", Profile: "p",
	}
}

// run runs one round, and fails the test if a promise was broken.
func (f *fleet) run() {
	rt := f.rapid
	workers := rapid.IntRange(2, 4).Draw(rt, "workers")
	for w := range workers {
		skew := time.Duration(rapid.IntRange(-5, 5).Draw(rt, "skew")) * time.Hour
		var todo []idem.Intent
		for range rapid.IntRange(1, 3).Draw(rt, "creates") {
			token := rapid.SampledFrom([]string{"A", "A", "B", "resume"}).Draw(rt, "token")
			vpc := rapid.SampledFrom([]string{"vpc-1", "vpc-1", "vpc-1", "vpc-2"}).Draw(rt, "vpc")
			todo = append(todo, f.intent(token, vpc))
		}
		go func() {
			defer func() { f.ended <- true }()
			j := f.worker(w, skew)
			for i, intent := range todo {
				switch {
				case intent.ClientToken == f.prefix+"resume":
					f.resume(w, j)
				case i > 0:
					f.create(w, j, intent, false)
				default: // a token of its own
					f.create(w, j, f.intent(fmt.Sprintf("own-%d", w), "vpc-1"), false)
				}
			}
		}()
	}
	f.schedule(workers)

	f.calm.Store(true)
	f.store.pass(2 * maxLease)
	j := f.worker(0, 0)
	f.resume(0, j)
	f.checkRecords(j)
	if len(f.problems) > 0 {
		rt.Fatal(strings.Join(f.problems, "\n"))
	}
}

// checkRecords checks that no intent is unknown, and that the succeeded records name EC2's resources.
func (f *fleet) checkRecords(j *Journal) {
	var found []Record
	for _, token := range []string{"A", "B", "own-0", "own-1", "own-2", "own-3"} {
		records, problems, err := j.Find(context.Background(), f.prefix+token)
		if err != nil || len(problems) > 0 {
			f.rapid.Fatal(err, problems)
		}
		found = append(found, records...)
	}
	succeeded := map[string]string{}
	for _, r := range found {
		token, ours := strings.CutPrefix(r.ClientToken, f.prefix)
		switch {
		case !ours:
		case r.Outcome == idem.OutcomeUnknown:
			f.fail("%s %v is still unknown", token, r.Input)
		case r.Outcome == idem.Succeeded:
			if len(r.ResourceIDs) != 1 || r.ResourceIDs[0] != f.made[r.ClientToken] {
				f.fail("%s has made %v on record, and in EC2 %q", token, r.ResourceIDs, f.made[r.ClientToken])
			}
			succeeded[r.ClientToken] = r.ResourceIDs[0]
		}
	}
	for token, id := range f.made {
		if succeeded[token] != id {
			f.fail("%s of %s is not on record", id, token)
		}
	}
}

// schedule lets the workers' requests go, one at a time, until all workers have ended.
func (f *fleet) schedule(live int) {
	rt := f.rapid
	var waiting []*step
	for live > 0 {
		for len(waiting) < live { // all live workers wait before one goes on: the order is the scheduler's alone
			select {
			case s := <-f.steps:
				waiting = append(waiting, s)
				slices.SortStableFunc(waiting, func(a, b *step) int { return cmp.Compare(a.who, b.who) })
			case <-f.ended:
				live--
			}
		}
		if live == 0 {
			return
		}
		if rapid.IntRange(0, 19).Draw(rt, "time passes") == 0 {
			f.store.pass(defaultLease + clockTolerance)
		}
		n := rapid.IntRange(0, len(waiting)-1).Draw(rt, "worker")
		s := waiting[n]
		waiting = slices.Delete(waiting, n, n+1)
		fates := []fate{arrives, arrives, arrives, arrives, arrives, arrives, lostBefore, lostAfter, lostAfter, slowedDown, killBefore, killAfter}
		if s.ec2 {
			fates = append(fates, refused, refused)
		}
		if s.what == "Query of the index" {
			fates = append(fates, stale, stale)
		}
		fate := rapid.SampledFrom(fates).Draw(rt, s.what)
		s.fate <- fate
	}
}
