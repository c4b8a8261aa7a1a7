package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// tableCalls counts the requests to a server of DynamoDB's by operation.
type tableCalls struct {
	mu    sync.Mutex
	calls map[string]int
}

// before returns the URL of a proxy before a server.
func (c *tableCalls) before(t *testing.T, server string) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	next := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		c.mu.Lock()
		c.calls[operation]++
		c.mu.Unlock()
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// take returns the counts since the last take.
func (c *tableCalls) take() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = map[string]int{}
	return calls
}

// The cost of a create does not depend on the number of finished records in a table, nor does that of a list of the open ones. A list of all
// takes bounded memory. The test logs times and memory. To measure a large table, run it without -race:
//
//	AWSIDEM_RECORDS=100000 go test -v -count=1 -run TestManyRecords ./cmd/awsidem
func TestManyRecords(t *testing.T) {
	const open = 100
	count, rounds := 500, 2
	if given := os.Getenv("AWSIDEM_RECORDS"); given != "" {
		var err error
		if count, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
		rounds = 20
	}
	server, calls := awstest.Dynalite(t), &tableCalls{calls: map[string]int{}}
	few, many := awstest.TableName(), awstest.TableName()
	proxy := calls.before(t, server)
	m := newMachine(t, nil, "lost-response:CreateNetworkAcl=1")
	on := func(table string, args ...string) *exec.Cmd {
		cmd := m.command(args...)
		cmd.Env = append(slices.Clone(cmd.Env), fmt.Sprintf("AWSIDEM_JOURNAL=dynamodb://%s?endpoint=%s", table, proxy))
		return cmd
	}
	for _, table := range []string{few, many} {
		if code, _, stderr := runToEnd(t, on(table, "journal", "init", fmt.Sprintf("dynamodb://%s?endpoint=%s", table, proxy))); code != 0 {
			t.Fatal(stderr)
		}
		runToEnd(t, on(table, createArgs()...))
		runToEnd(t, on(table, append([]string{"create-network-acl"}, createArgs("--max-attempts", "1")[1:]...)...)) // it stays open
	}
	copyItems(t, server, few, map[bool]int{true: open})
	copyItems(t, server, many, map[bool]int{true: open, false: count})
	calls.take()

	for _, test := range []struct {
		name string
		args []string
		want map[string]int
	}{
		{"random token", createArgs(), map[string]int{"PutItem": 3}},
		{"key", createArgs("--idempotency-key"), map[string]int{"Query": 1, "PutItem": 3}},
		{"open ones", []string{"journal", "list", "--outcome", "unknown"}, map[string]int{"Query": 1}},
	} {
		times := map[string][]time.Duration{}
		for i := range rounds {
			for _, table := range []string{few, many} {
				args := test.args
				if test.name == "key" {
					args = append(slices.Clone(args), fmt.Sprint(table, i))
				}
				from := time.Now()
				code, _, stderr := runToEnd(t, on(table, args...))
				times[table] = append(times[table], time.Since(from))
				if diff := cmp.Diff(test.want, calls.take()); code != 0 || diff != "" {
					t.Errorf("%s, %s: exit %d, %s%s", test.name, table, code, stderr, diff)
				}
			}
		}
		short, long := median(times[few]), median(times[many])
		t.Logf("%s: %s beside one finished record, %s beside %d: %.2f times", test.name, short, long, count, float64(long)/float64(short))
	}

	var most int64 // of memory, in MB
	for _, args := range [][]string{{"--outcome", "unknown"}, {"--output", "text"}, {"--output", "json"}, {"--output", "yaml"}, {"--output", "table"}, {"--query", "length(Intents)"}} {
		printed, err := os.Create(filepath.Join(t.TempDir(), "printed")) // in memory it would count: a process begins with its parent's maximum
		if err != nil {
			t.Fatal(err)
		}
		cmd := on(many, append([]string{"journal", "list"}, args...)...)
		cmd.Stdout = printed
		from := time.Now()
		err = cmd.Run()
		size, _ := printed.Seek(0, io.SeekEnd) // for the log
		if closeErr := printed.Close(); err != nil || closeErr != nil {
			t.Errorf("%q: %v, %v", args, err, closeErr)
		}
		memory := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
		t.Logf("%q: %s, %v, %d MB printed, at most %d MB of memory", args, time.Since(from).Round(time.Millisecond), calls.take(), size>>20, memory)
		if slices.Contains(args, "json") {
			checkList(t, printed.Name(), map[string]int{"succeeded": count + 1 + 2*rounds, "unknown": open + 1})
			most = memory
		}
	}
	const bound = 160
	if most > bound && os.Getenv("AWSIDEM_RECORDS") != "" { // -race takes more
		t.Errorf("journal list of %d records takes %d MB of memory, more than %d", count, most, bound)
	}
}

// checkList fails unless the list in a file has so many creates of each outcome, in order.
func checkList(t *testing.T, file string, want map[string]int) {
	t.Helper()
	data, err := os.ReadFile(file)
	var document struct {
		Intents []struct{ ClientToken, Outcome, StartedAt string }
	}
	if err == nil {
		err = json.Unmarshal(data, &document)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	order := make([]string, 0, len(document.Intents))
	for _, r := range document.Intents {
		got[r.Outcome]++
		order = append(order, r.StartedAt+r.ClientToken)
	}
	if diff := cmp.Diff(want, got); diff != "" || !slices.IsSorted(order) {
		t.Errorf("in order: %t; %s", slices.IsSorted(order), diff)
	}
}

func median(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2].Round(time.Millisecond / 10)
}

// copyItems writes copies of a table's items, with other tokens: so many of the finished one, and of the open one.
func copyItems(t *testing.T, server, table string, counts map[bool]int) {
	t.Helper()
	call := func(operation string, in, out any) {
		body, err := json.Marshal(in)
		if err != nil {
			t.Error(err)
			return
		}
		answer, err := awstest.CallDynamoDB(t.Context(), server, operation, body)
		if err == nil {
			err = json.Unmarshal(answer, out)
		}
		if err != nil {
			t.Error(err)
		}
	}
	type item map[string]json.RawMessage
	var found struct{ Items []item }
	call("Scan", map[string]any{"TableName": table}, &found)
	if len(found.Items) != 2 {
		t.Fatalf("items: %d", len(found.Items))
	}
	batches := make(chan []any)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for batch := range batches {
				var answer struct{ UnprocessedItems map[string]any }
				call("BatchWriteItem", map[string]any{"RequestItems": map[string]any{table: batch}}, &answer)
				if len(answer.UnprocessedItems) > 0 {
					t.Errorf("not written: %v", slices.Collect(maps.Keys(answer.UnprocessedItems)))
				}
			}
		})
	}
	for _, template := range found.Items {
		var token struct{ S string }
		if err := json.Unmarshal(template["token"], &token); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(template)
		if err != nil {
			t.Fatal(err)
		}
		_, isOpen := template["open"]
		var batch []any
		for i := range counts[isOpen] {
			copied := strings.ReplaceAll(string(text), token.S, uuid.NewString())
			batch = append(batch, map[string]any{"PutRequest": map[string]any{"Item": json.RawMessage(copied)}})
			if len(batch) == 25 || i == counts[isOpen]-1 {
				batches <- batch
				batch = nil
			}
		}
	}
	close(batches)
	workers.Wait()
}
