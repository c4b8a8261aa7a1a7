package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A fakeClock is this machine's clock, set forward by a test. As DynamoDB's clock, its time is in the Date of answers.
type fakeClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (f *fakeClock) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ahead += d
}

func (f *fakeClock) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().Add(f.ahead)
}

// dated returns an HTTP client whose answers have the date of a clock.
func dated(next aws.HTTPClient, now func() time.Time) aws.HTTPClient {
	return doer(func(req *http.Request) (*http.Response, error) {
		resp, err := next.Do(req)
		if err == nil {
			resp.Header.Set("Date", now().UTC().Format(http.TimeFormat))
		}
		return resp, err
	})
}

// The monotonic clock stands still while a machine is suspended. After the first renewal, the run still has its full lease.
func TestLeaseAfterSuspension(t *testing.T) {
	var store fakeClock
	j := newTable(t)(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) })
	entry := j.NewEntry(intentOf("T"))
	if err := entry.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := entry.run.(*tableRun)
	run.stop() // the ticks of renewLease would renew the lease, too
	store.pass(9 * time.Minute)
	if err := run.renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := run.current()
	if err != nil {
		t.Fatal(err)
	}
	if left := c.runs[run.id].lease.end.Sub(store.now()); left < run.Lease-clockTolerance {
		t.Errorf("the lease ends in %s", left)
	}
}

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

// meanwhile returns a change of a client's configuration: the client calls do before its nth request of an operation.
func meanwhile(operation string, nth int, do func()) func(*dynamodb.Config) {
	return func(c *dynamodb.Config) {
		next, count := c.HTTP, 0
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			if operationOf(req) == operation {
				if count++; count == nth {
					do()
				}
			}
			return next.Do(req)
		})
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

// A renewal keeps the resource that the run has recorded.
func TestRenewAnswered(t *testing.T) {
	j := newTable(t)(nil)
	entry := begin(t, j)
	entry.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
	if err := entry.run.(*tableRun).renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := records(t, j); len(found) != 1 || !found[0].Running() || !slices.Equal(found[0].ResourceIDs, []string{"rtb-1"}) {
		t.Errorf("on record: %+v", found)
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

// A run renews its lease until the run ends. The server accepts every write and stores nothing.
func TestRenewals(t *testing.T) {
	thisProcess()
	synctest.Test(t, func(t *testing.T) {
		var ends []string // of the leases
		client := dynamodb.New(dynamodb.Config{
			Endpoint: "http://table", Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
			HTTP: doer(func(req *http.Request) (*http.Response, error) {
				var put struct{ Item dynamodb.Item }
				if err := json.NewDecoder(req.Body).Decode(&put); err != nil {
					return nil, err
				}
				for _, run := range put.Item["runs"].M {
					ends = append(ends, run.M.Text("lease"))
				}
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
			}),
		})
		j := OpenTable(Table{Name: "journal", Lease: defaultLease}, "p", func() (*dynamodb.Client, error) { return client, nil })
		entry := j.NewEntry(intentOf("T"))
		if err := entry.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		var want []string
		for renewal := range 4 {
			want = append(want, fmt.Sprint(time.Now().Add(time.Duration(renewal)*defaultLease/3+defaultLease).UnixMilli()))
		}
		time.Sleep(defaultLease + time.Second)
		if _, err := entry.finish(matched()); err != nil {
			t.Error(err)
		}
		time.Sleep(defaultLease)
		if !slices.Equal(ends, want) {
			t.Errorf("the leases end at %v, want %v", ends, want)
		}
	})
}

// A table that hangs after the begin of a run does not hold an interrupted command up: note and end return soon, each after one attempt.
func TestHangingTable(t *testing.T) {
	thisProcess()
	synctest.Test(t, func(t *testing.T) {
		puts := 0
		client := dynamodb.New(dynamodb.Config{
			Endpoint: "http://table", Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
			HTTP: doer(func(req *http.Request) (*http.Response, error) {
				if puts++; puts > 1 {
					<-req.Context().Done()
					return nil, req.Context().Err()
				}
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
			}),
		})
		j := OpenTable(Table{Name: "journal", Lease: maxLease}, "p", func() (*dynamodb.Client, error) { return client, nil })
		ctx, interrupt := context.WithCancelCause(t.Context())
		entry := j.NewEntry(intentOf("T"))
		if err := entry.begin(ctx); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		entry.answered(idem.Result{ResourceID: "rtb-1", Attempts: 1})
		if passed := time.Since(began); passed > extraTime {
			t.Errorf("the note took %s", passed)
		}
		signal := errors.New("a signal")
		time.AfterFunc(5*time.Second, func() { interrupt(signal) })
		began = time.Now()
		var unwritten *WriteError
		if _, err := entry.finish(matched()); !errors.As(err, &unwritten) || !errors.Is(err, signal) {
			t.Errorf("the end returns %v", err)
		}
		if passed := time.Since(began); passed != 5*time.Second+extraTime || puts != 3 {
			t.Errorf("the end took %s; %d calls", passed, puts)
		}
		began = time.Now()
		if _, ok, _ := entry.made(); ok || time.Since(began) > extraTime {
			t.Errorf("a later read took %s", time.Since(began))
		}
	})
}
