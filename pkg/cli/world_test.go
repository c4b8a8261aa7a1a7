package cli

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/awstest/memnet"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A world is a sandbox that remembers the client tokens it was sent, and the runs of awsidem against it.
type world struct {
	*sandbox.Sandbox
	net    *memnet.Net
	mu     sync.Mutex
	tokens []string // of each create that arrived
}

// newWorld must be called, and stop too, within a synctest bubble.
func newWorld(config sandbox.Config) (w *world, stop func()) {
	w = &world{Sandbox: sandbox.New(config), net: memnet.New()}
	server := &http.Server{Handler: w, ReadHeaderTimeout: time.Hour}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(w.net) }()
	return w, func() { _ = server.Close(); <-done }
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if form, err := url.ParseQuery(string(body)); err == nil && slices.Contains(awsec2.OperationNames(), form.Get("Action")) {
		w.mu.Lock()
		w.tokens = append(w.tokens, form.Get("ClientToken")+form.Get("SpotFleetRequestConfig.ClientToken"))
		w.mu.Unlock()
	}
	w.Sandbox.ServeHTTP(rw, r)
}

// sent returns the client tokens of the creates that have arrived. Handlers may still run.
func (w *world) sent() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.tokens)
}

// forget begins a new list of tokens.
func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens = nil
}

type run struct {
	code           int
	stdout, stderr string
	elapsed        time.Duration
}

// run runs awsidem in the world.
func (w *world) run(ctx context.Context, args ...string) run {
	return runIn(ctx, os.LookupEnv, w.net.Dial, args)
}

// runRecorded runs awsidem in the world, with a journal.
func (w *world) runRecorded(ctx context.Context, dir string, args ...string) run {
	lookup := func(name string) (string, bool) {
		switch name {
		case "AWSIDEM_JOURNAL":
			return dir, true
		case "AWSIDEM_NO_JOURNAL":
			return "", false
		}
		return os.LookupEnv(name)
	}
	return runIn(ctx, lookup, w.net.Dial, args)
}

// runIn runs awsidem with an environment and a network; nil is the real network.
func runIn(ctx context.Context, lookup func(string) (string, bool), dial func(context.Context, string, string) (net.Conn, error), args []string) run {
	var stdout, stderr bytes.Buffer
	start := time.Now()
	code := Main(ctx, args, Env{Streams: Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr}, Lookup: lookup, Dial: dial})
	return run{code, stdout.String(), stderr.String(), time.Since(start)}
}

// interruptAfter returns a context that SIGTERM interrupts after some time; 0: never. stop must be called.
func interruptAfter(d time.Duration) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	if d == 0 {
		return ctx, func() { cancel(nil) }
	}
	timer := time.AfterFunc(d, func() { cancel(Interrupt{syscall.SIGTERM}) })
	return ctx, func() { timer.Stop(); cancel(nil) }
}

// call sends the sandbox a request of another client, without a connection, and returns the answer.
func (w *world) call(action string, parameters url.Values) *httptest.ResponseRecorder {
	form := url.Values{"Action": {action}, "Version": {"2016-11-15"}}
	maps.Copy(form, parameters)
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=sandbox/20000101/us-east-1/ec2/aws4_request")
	answer := httptest.NewRecorder()
	w.Sandbox.ServeHTTP(answer, request)
	return answer
}
