package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// worker returns the journal of a worker, whose clock differs by skew from the server's.
func (f *fleet) worker(who int, skew time.Duration) *Journal {
	return f.open(func(c *dynamodb.Config) {
		next := c.HTTP
		c.Clock = func() time.Time { return time.Now().Add(skew) }
		c.Repeat = func(ctx context.Context, attempt func(context.Context) error) error { // as package retry does
			uncertain := false
			for n := 0; ; n++ {
				err := attempt(ctx)
				var last *idem.AttemptError
				if err == nil || !errors.As(err, &last) {
					return err
				}
				uncertain = uncertain || last.Verdict == idem.Unknown
				if n == 1 || !last.Verdict.Retry() {
					outcome := idem.NothingCreated
					if uncertain {
						outcome = idem.OutcomeUnknown
					}
					return &idem.OutcomeError{Outcome: outcome, Last: last, Err: err}
				}
			}
		}
		c.HTTP = dated(doer(func(req *http.Request) (*http.Response, error) {
			what := operationOf(req)
			if asksIndex(req) {
				what = "Query of the index"
			}
			switch fate := f.wait(who, what, false); fate {
			case stale:
				if before := f.indexBefore(); before != nil {
					return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(before))}, nil
				}
			case lostBefore:
				return nil, errors.New("reset")
			case slowedDown:
				return &http.Response{
					StatusCode: http.StatusBadRequest, Header: http.Header{},
					Body: io.NopCloser(strings.NewReader(`{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}`)),
				}, nil
			case lostAfter, killAfter:
				resp, err := next.Do(req)
				if err == nil {
					_ = resp.Body.Close()
				}
				if fate == killAfter {
					runtime.Goexit()
				}
				return nil, errors.New("reset")
			}
			resp, err := next.Do(req)
			if err == nil && asksIndex(req) {
				f.keepIndex(resp)
			}
			return resp, err
		}), f.store.now)
	})
}

// asksIndex reports whether a request reads the index, which may lag behind the table.
func asksIndex(req *http.Request) bool {
	body, err := req.GetBody()
	if err != nil {
		return false
	}
	data, err := io.ReadAll(body)
	return err == nil && bytes.Contains(data, []byte(`"IndexName"`))
}

// keepIndex keeps an answer of the index for a later stale one.
func (f *fleet) keepIndex(resp *http.Response) {
	data, err := io.ReadAll(resp.Body)
	if err == nil {
		err = resp.Body.Close()
	}
	if err != nil {
		f.fail("reading the index: %v", err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil {
		f.index = data
	}
}

// indexBefore returns the first answer of the index; nil if there was none.
func (f *fleet) indexBefore() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.index
}

// ec2 makes up to three attempts at EC2, as package retry does.
func (f *fleet) ec2(who int, intent idem.Intent) (idem.Result, error) {
	outcome := idem.NothingCreated
	var last *idem.AttemptError
	for range 3 {
		fate := f.wait(who, "create "+intent.ClientToken, true)
		last = &idem.AttemptError{Verdict: idem.Unknown, Message: string(fate)}
		var id string
		switch fate {
		case slowedDown:
			last.Verdict = idem.NotApplied
		case refused:
			last.Verdict = idem.Rejected
		case lostBefore:
			outcome = idem.OutcomeUnknown
		default:
			id, last = f.apply(intent)
		}
		switch {
		case fate == killAfter:
			runtime.Goexit()
		case fate == lostAfter && last == nil:
			last = &idem.AttemptError{Verdict: idem.Unknown, Message: string(fate)}
			outcome = idem.OutcomeUnknown
		case last == nil:
			return idem.Result{ResourceID: id, Attempts: 1}, nil
		}
		if last.Verdict == idem.Mismatch {
			outcome = idem.NothingCreated
		}
		if !last.Verdict.Retry() {
			break
		}
	}
	return idem.Result{}, &idem.OutcomeError{Outcome: outcome, Attempts: 1, Last: last, Err: last}
}

// apply returns EC2's answer to a create, and makes the resource if the token is new.
func (f *fleet) apply(intent idem.Intent) (string, *idem.AttemptError) {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := intent.ClientToken
	if input, used := f.input[token]; used && input != intent.Input["VpcId"] {
		return "", &idem.AttemptError{Verdict: idem.Mismatch, Message: "other parameters"}
	}
	if f.made[token] == "" {
		f.count++
		f.made[token], f.input[token] = fmt.Sprintf("rtb-%d", f.count), intent.Input["VpcId"]
		if f.nothing[token] != "" {
			f.problems = append(f.problems, "a create of "+token+" reported that nothing was created, and now there is "+f.made[token]+": "+f.nothing[token])
		}
	}
	return f.made[token], nil
}

// create runs one create, and checks the outcome that it reports.
func (f *fleet) create(who int, j *Journal, intent idem.Intent, claim bool) {
	entry := j.Entry(context.Background(), intent)
	if _, used := entry.FirstUse(); used && !claim {
		return // a mismatch on record
	}
	if claim {
		entry.Claim(idem.OutcomeUnknown)
	}
	creator := Wrap(entry, Answered(entry, UnlessTaken(entry, idem.CreatorFunc(func(_ context.Context, intent idem.Intent) (idem.Result, error) {
		return f.ec2(who, intent)
	}))), false, func(error) {})
	_, err := creator.Create(context.Background(), intent)
	if run := entry.run.(*tableRun); run.stop != nil {
		run.stop()
	}
	var outcome *idem.OutcomeError
	f.mu.Lock()
	defer f.mu.Unlock()
	token, made := intent.ClientToken, f.made[intent.ClientToken]
	if !errors.As(err, &outcome) || outcome.Outcome != idem.NothingCreated || outcome.Last != nil && outcome.Last.Verdict == idem.Mismatch {
		return
	}
	own := strings.HasPrefix(token, f.prefix+"own-")
	var unwritten *WriteError
	if errors.As(err, &unwritten) && !own { // this worker sent nothing, but another worker may have sent the create
		return
	}
	if made != "" && f.input[token] == intent.Input["VpcId"] {
		f.problems = append(f.problems, "a create of "+token+" reports that nothing was created, and there is "+made)
	}
	if own { // only a resume can send the create again
		f.nothing[token] = err.Error()
	}
}

func (f *fleet) intent(token, vpc string) idem.Intent {
	return idem.Intent{
		Operation: "CreateRouteTable", ClientToken: f.prefix + token, Input: map[string]any{"VpcId": vpc}, Region: "us-east-1", Profile: "p",
	}
}

// resume resumes all unknown intents of this round, as resume --all does.
func (f *fleet) resume(who int, j *Journal) {
	open, _, _ := j.Unfinished(context.Background())
	for _, r := range open {
		if strings.HasPrefix(r.ClientToken, f.prefix) && !r.Running() {
			f.create(who, j, r.Intent, true)
		}
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
