package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
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

// A doer is an HTTP client.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(req *http.Request) (*http.Response, error) { return d(req) }

// A recorder lists the operations of requests.
type recorder struct {
	mu    sync.Mutex
	calls []string
}

func (r *recorder) record(c *dynamodb.Config) {
	next := c.HTTP
	c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
		r.mu.Lock()
		r.calls = append(r.calls, operationOf(req))
		r.mu.Unlock()
		return next.Do(req)
	})
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

func operationOf(req *http.Request) string {
	_, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	return operation
}

// A create makes a constant number of calls to the table: claim, answer and end, and before them a Query of a token that was used before
// perhaps. No call is a Scan.
func TestCallsOfCreate(t *testing.T) {
	var r recorder
	j := newTable(t)(r.record)
	create := func(entry *Entry, end func() (idem.Result, error)) {
		creator := idem.Creator(idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return end() }))
		creator = Wrap(entry, Answered(entry, Held(entry, creator)), false, func(err error) { t.Error(err) })
		_, _ = creator.Create(t.Context(), entry.Intent()) // the calls count
	}
	for _, test := range []struct {
		name string
		do   func()
		want []string
	}{
		{"random token", func() { create(j.NewEntry(intentOf("A")), matched) }, []string{"PutItem", "PutItem", "PutItem"}},
		{"key", func() { create(j.Entry(intentOf("B")), matched) }, []string{"Query", "PutItem", "PutItem", "PutItem"}},
		{"key again", func() { create(j.Entry(intentOf("B")), matched) }, []string{"Query", "PutItem", "PutItem", "PutItem"}},
		{"unknown", func() { create(j.NewEntry(intentOf("C")), unknown) }, []string{"PutItem", "Query", "Query", "PutItem"}},
		{"list of open ones", func() { _, _, _ = j.Unfinished() }, []string{"Query"}},
		{"list", func() { _, _, _ = j.Records() }, []string{"Scan"}},
	} {
		test.do()
		if got := r.take(); !slices.Equal(got, test.want) {
			t.Errorf("%s: the calls are %q, want %q", test.name, got, test.want)
		}
	}
}

// The list of open creates reads the index, and so no finished record.
func TestUnfinished(t *testing.T) {
	j := newTable(t)(nil)
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("open"), unknown)
	open, problems, err := j.Unfinished()
	if err != nil || len(problems) > 0 || len(open) != 1 || open[0].ClientToken != "open" || open[0].Running() {
		t.Errorf("unfinished are %+v, %v, %v", open, problems, err)
	}
	if _, err := j.store.records("", true, func(read []Record) error {
		if read[0].ClientToken != "open" {
			t.Errorf("the index has %+v", read)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// The reads that decide something are consistent. Only an index offers no such read.
func TestConsistentReads(t *testing.T) {
	var consistent []bool
	j := newTable(t)(func(c *dynamodb.Config) {
		next := c.HTTP
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			var q dynamodb.Question
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
	if _, _, err := j.Forget("T"); err != nil {
		t.Error(err)
	}
	if len(consistent) < 5 || slices.Contains(consistent, false) {
		t.Errorf("the reads are consistent: %v", consistent)
	}
}

// All records of a table are read page by page, and no further than the caller wants.
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
	problems, err := j.Each(func(record Record) error {
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
	if _, err := j.Each(func(Record) error { return enough }); !errors.Is(err, enough) || len(r.take()) != 1 {
		t.Errorf("Each returns %v, or reads on", err)
	}
	back := Open(t.TempDir())
	if got, problems, err := Copy(j, back); got != (Copied{Records: count}) || len(problems) > 0 || err != nil {
		t.Errorf("the copy: %+v, %v, %v", got, problems, err)
	}
	if removed, problems, err := j.Prune(time.Now().Add(time.Minute)); removed != count || len(problems) > 0 || err != nil {
		t.Errorf("Prune returns %d, %v, %v", removed, problems, err)
	}
	if left := records(t, j); len(left) > 0 {
		t.Errorf("left: %d", len(left))
	}
}

// losing returns a change of a client: it repeats a failed call once, and loses the first answers to PutItem.
func losing(answers int) func(*dynamodb.Config) {
	return func(c *dynamodb.Config) {
		next := c.HTTP
		c.Repeat = func(ctx context.Context, attempt func(context.Context) error) error {
			if attempt(ctx) == nil {
				return nil
			}
			return attempt(ctx)
		}
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			resp, err := next.Do(req)
			if answers > 0 && operationOf(req) == "PutItem" {
				answers--
				_ = resp.Body.Close()
				return nil, errors.New("connection reset")
			}
			return resp, err
		})
	}
}

// A resume whose answer was lost does not take its own write for another run's.
func TestLostAnswerOfResume(t *testing.T) {
	open := newTable(t)
	intent := intentOf("T")
	runOnce(t, open(nil), intent, unknown)
	entry := open(losing(1)).Entry(intent)
	entry.Claim()
	if err := entry.begin(t.Context()); err != nil {
		t.Error(err)
	}
}

// An answer that is lost is no failure: the next attempt finds its own write. If no answer arrives, the record may be there, and the outcome
// is unknown, for a resume would create the resource.
func TestLostAnswerOfClaim(t *testing.T) {
	open := newTable(t)
	for lost, want := range map[int]idem.Outcome{1: idem.Succeeded, 2: idem.OutcomeUnknown} {
		j := open(losing(lost))
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

// A clock is one that a test sets. Leases end by the store's clock, which the Date of answers shows.
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
			r, ok := at(-skew).Entry(intent).Past()
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

// A run lives while its lease lasts. Where its process can be asked of the kernel, the process must live, too. A lease that ends later than any
// lease can is a wrong clock's.
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

// One of several resumes takes an intent. A create joins.
func TestClaim(t *testing.T) {
	open := newTable(t)
	intent := intentOf("T")
	runOnce(t, open(nil), intent, unknown)
	first, second, joins := open(nil).Entry(intent), open(nil).Entry(intent), open(nil).Entry(intent)
	first.Claim()
	second.Claim()
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
	late := open(nil).Entry(intent)
	late.Claim()
	if err := late.begin(t.Context()); !errors.As(err, &taken) {
		t.Errorf("a claim of what is settled: %v", err)
	}
	if found := records(t, open(nil)); len(found) != 1 || found[0].Outcome != idem.Succeeded {
		t.Errorf("on record: %+v", found)
	}
}

// A run that was refused does not say that nothing was created if another run begins just before its end is written.
func TestBegunMeanwhile(t *testing.T) {
	open := newTable(t)
	puts := 0
	j := open(func(c *dynamodb.Config) {
		next := c.HTTP
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			if operationOf(req) == "PutItem" {
				if puts++; puts == 2 { // the end
					begin(t, open(nil))
				}
			}
			return next.Do(req)
		})
	})
	if told := runOnce(t, j, intentOf("T"), rejected); told != idem.OutcomeUnknown || puts != 3 {
		t.Errorf("the outcome is %q after %d writes", told, puts)
	}
}

// A process that stood still until another run took its intent over sends nothing more, and changes nothing that the other run settled.
func TestLate(t *testing.T) {
	var store, own fakeClock
	open := newTable(t)
	intent := intentOf("T")
	stopped := open(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) }).Entry(intent)
	if err := stopped.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	run := stopped.run.(*tableRun)
	run.stop()
	run.renewed = run.renewed.Add(-2 * defaultLease) // it stood still
	store.pass(2 * defaultLease)
	own.pass(2 * defaultLease)

	other := open(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) }).Entry(intent)
	other.Claim()
	if err := other.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := false
	_, err := Held(stopped, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
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
	if err := run.hold(t.Context()); err != nil || len(r.take()) > 0 {
		t.Errorf("a young lease: %v, or a call", err)
	}
	run.renewed = run.renewed.Add(-2 * defaultLease)
	if err := run.hold(t.Context()); err != nil {
		t.Error(err)
	}
	if calls := r.take(); !slices.Equal(calls, []string{"PutItem"}) {
		t.Errorf("the calls are %q", calls)
	}
}

// A run renews its lease until it ends. The server takes every item: what it has is not at stake.
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

// A prune removes no item in which a run has begun meanwhile.
func TestPruneMeanwhile(t *testing.T) {
	open := newTable(t)
	runOnce(t, open(nil), intentOf("T"), matched)
	begun := false
	j := open(func(c *dynamodb.Config) {
		next := c.HTTP
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			if operationOf(req) == "DeleteItem" && !begun {
				begun = true
				begin(t, open(nil))
			}
			return next.Do(req)
		})
	})
	if _, problems, err := j.Prune(time.Now().Add(time.Minute)); err != nil || len(problems) > 0 {
		t.Error(err, problems)
	}
	if found := records(t, open(nil)); !begun || len(found) != 1 || !found[0].Running() || found[0].ResourceIDs == nil {
		t.Errorf("begun: %t; on record: %+v", begun, found)
	}
}

// What does not fit into an item is refused before anything is sent, also if the token outlives the process.
func TestTooLarge(t *testing.T) {
	var r recorder
	j := newTable(t)(r.record)
	intent := intentOf("T")
	intent.Input["UserData"] = strings.Repeat("x", dynamodb.MaxSize)
	_, err := Wrap(j.NewEntry(intent), idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		t.Error("it was sent")
		return matched()
	}), true, func(err error) { t.Error(err) }).Create(t.Context(), intent)
	var (
		large   *TooLargeError
		outcome *idem.OutcomeError
	)
	if !errors.As(err, &large) || !errors.As(err, &outcome) || outcome.Outcome != idem.NothingCreated || len(r.take()) > 0 {
		t.Errorf("it ends with %v", err)
	}
}

// An item of a later version is neither overwritten nor taken for nothing.
func TestLaterVersion(t *testing.T) {
	j := newTable(t)(nil)
	runOnce(t, j, intentOf("T"), unknown)
	table := j.store.(*table)
	run := table.newRun(intentOf("T"), namesOf(intentOf("T")))
	client, err := table.connect()
	if err == nil {
		err = run.read(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	run.item["version"] = dynamodb.Number(2)
	if err := client.Put(t.Context(), table.Name, run.item, dynamodb.Condition{}); err != nil {
		t.Fatal(err)
	}
	_, problems, err := j.Records()
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Error(), `version "2"`) {
		t.Errorf("Records: %v, %v", problems, err)
	}
	var unwritten *WriteError
	if err := j.Entry(intentOf("T")).begin(t.Context()); !errors.As(err, &unwritten) {
		t.Errorf("begin: %v", err)
	}
}

// An item that is not what this package writes is a problem, and never a record.
func TestBrokenItem(t *testing.T) {
	client := dynamodb.New(dynamodb.Config{})
	made := Record{Intent: intentOf("T"), Outcome: idem.Succeeded, ResourceIDs: []string{"rtb-1"}, StartedAt: now(), FinishedAt: now()}
	for name, test := range map[string]struct {
		change func(dynamodb.Item)
		want   string // in the error; "" if there is none
	}{
		"none":           {func(dynamodb.Item) {}, ""},
		"another token":  {func(i dynamodb.Item) { i[keyToken] = dynamodb.String("U") }, "another intent"},
		"another intent": {func(i dynamodb.Item) { i["input"] = dynamodb.String("{}") }, "another intent"},
		"bad parameters": {func(i dynamodb.Item) { i["input"] = dynamodb.String("{") }, "parameters"},
		"a run in a state": {func(i dynamodb.Item) {
			i["rejected"] = dynamodb.String(strings.Replace(i.Text("succeeded"), "FinishedAt", "Other", 1))
		}, "incomplete"},
		"no record":    {func(i dynamodb.Item) { delete(i, "succeeded") }, "not a record"},
		"no version":   {func(i dynamodb.Item) { delete(i, "version") }, `version ""`},
		"a broken run": {func(i dynamodb.Item) { i["runs"] = dynamodb.Value{M: dynamodb.Item{"x": {}}} }, "not a record"},
	} {
		item, err := new(table).encode(client, content{intent: made.Intent, finished: map[idem.Outcome]Record{idem.Succeeded: made}}, "rev")
		if err != nil {
			t.Fatal(err)
		}
		test.change(item)
		c, err := decodeItem(client, item, "p")
		if err == nil && (test.want != "" || !slices.Equal(c.finished[idem.Succeeded].ResourceIDs, made.ResourceIDs)) || err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// A copy can be made twice, in both directions.
func TestCopy(t *testing.T) {
	from := Open(t.TempDir())
	for token, end := range map[string]func() (idem.Result, error){"made": matched, "open": unknown, "refused": rejected} {
		intent := intentOf(token)
		intent.Region = "us-east-1"
		runOnce(t, from, intent, end)
	}
	foreign := intentOf("foreign")
	foreign.Profile = "another"
	runOnce(t, from, foreign, matched)
	to, back := newTable(t)(nil), Open(t.TempDir())
	for i, want := range []Copied{{Records: 3, Foreign: 1}, {Present: 3, Foreign: 1}} {
		if got, problems, err := Copy(from, to); got != want || len(problems) > 0 || err != nil {
			t.Errorf("copy %d: %+v, %v, %v", i, got, problems, err)
		}
	}
	if got, _, err := Copy(to, back); got != (Copied{Records: 3}) || err != nil {
		t.Errorf("the copy back: %+v, %v", got, err)
	}
	if got, _, err := Copy(back, to); got != (Copied{Present: 3}) || err != nil {
		t.Errorf("the copy of the copy: %+v, %v", got, err)
	}
	for _, r := range records(t, back) {
		if was, _, _ := from.Find(r.ClientToken); len(was) != 1 || was[0].Outcome != r.Outcome || !was[0].StartedAt.Equal(r.StartedAt) || was[0].Attempts != r.Attempts {
			t.Errorf("%s: from %+v to %+v", r.ClientToken, was, r)
		}
	}
}

func TestParseTable(t *testing.T) {
	for location, want := range map[string]Table{
		"dynamodb://abc":  {Name: "abc", Lease: time.Minute},
		"dynamodb://abc/": {Name: "abc", Lease: time.Minute},
		"dynamodb://a-b?region=eu-west-1&endpoint=http://127.0.0.1:1/&profile=p&lease=5s&keep=90d": {"a-b", "eu-west-1", "http://127.0.0.1:1", "p", 5 * time.Second, 90 * 24 * time.Hour},
	} {
		if got, err := ParseTable(location); err != nil || got != want || !IsTable(location) {
			t.Errorf("%s: %+v, %v", location, got, err)
		}
	}
	for _, location := range []string{
		"dynamodb://", "dynamodb://ab", "dynamodb://a/b", "dynamodb://abc?x=1", "dynamodb://abc?region=", "dynamodb://abc?region=a&region=b", "dynamodb://abc?lease=1s",
		"dynamodb://abc?lease=1h", "dynamodb://abc?keep=1h", "dynamodb://abc?keep=0d", "dynamodb://abc?endpoint=nowhere", "dynamodb://abc?endpoint=http://u:p@h", "dynamodb://abc?%zz",
	} {
		if got, err := ParseTable(location); err == nil {
			t.Errorf("%s: %+v", location, got)
		}
	}
}

// Finished records have the time after which DynamoDB may remove them, by its clock. Open ones have none.
func TestKeep(t *testing.T) {
	var store fakeClock
	store.pass(3 * time.Hour)
	j := newTable(t)(func(c *dynamodb.Config) { c.HTTP = dated(c.HTTP, store.now) })
	table := j.store.(*table)
	table.Keep = 24 * time.Hour
	runOnce(t, j, intentOf("made"), matched)
	runOnce(t, j, intentOf("open"), unknown)
	for token, want := range map[string]bool{"made": true, "open": false} {
		run := table.newRun(intentOf(token), namesOf(intentOf(token)))
		if err := run.read(t.Context()); err != nil {
			t.Fatal(err)
		}
		expires, err := strconv.ParseInt(run.item.Text(ExpiresAttribute), 10, 64)
		if got := err == nil; got != want || got && time.Unix(expires, 0).Sub(store.now().Add(table.Keep)).Abs() > time.Minute {
			t.Errorf("%s: %v", token, run.item)
		}
	}
}
