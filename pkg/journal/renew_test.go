package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

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

// served returns a journal in a table whose server stores nothing. The server accepts each request for which serve returns no error.
func served(lease time.Duration, serve func(*http.Request) error) *Journal {
	client := dynamodb.New(dynamodb.Config{
		Endpoint: "http://table", Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
		HTTP: doer(func(req *http.Request) (*http.Response, error) {
			if err := serve(req); err != nil {
				return nil, err
			}
			return reply(http.StatusOK, "{}"), nil
		}),
	})
	return OpenTable(Table{Name: "journal", Lease: lease}, "p", func() (*dynamodb.Client, error) { return client, nil })
}

// A run renews its lease until the run ends.
func TestRenewals(t *testing.T) {
	thisProcess()
	synctest.Test(t, func(t *testing.T) {
		var ends []string // of the leases
		j := served(defaultLease, func(req *http.Request) error {
			var put struct{ Item dynamodb.Item }
			if err := json.NewDecoder(req.Body).Decode(&put); err != nil {
				return err
			}
			for _, run := range put.Item["runs"].M {
				ends = append(ends, run.M.Text("lease"))
			}
			return nil
		})
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
		j := served(maxLease, func(req *http.Request) error {
			if puts++; puts > 1 {
				<-req.Context().Done()
				return req.Context().Err()
			}
			return nil
		})
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
