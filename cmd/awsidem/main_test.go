package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v3"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/cli"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"awsidem": main, "aws": main})
}

// TestScript runs each script of testdata/script with the real program. A script has the commands of testscript
// (https://pkg.go.dev/github.com/rogpeppe/go-internal/testscript) and these:
//
//	sandbox [flags]            starts a sandbox and points the environment at it
//	answer STATUS FILE         starts an endpoint that answers every request with the file; \uXXXX in the file is that character
//	sends N, creates N         expects that N requests, N requests of a create, have arrived at the endpoint
//	made N [TYPE]              expects that the sandbox has N resources that clients made
//	tokens N                   expects that N different client tokens have arrived
//	ec2 ACTION NAME=VALUE... [> VARIABLE]   sends a request of another client to the sandbox; the variable gets the id in the answer
//	let VARIABLE               the variable gets what the last command printed
//	[dynalite]                 a condition: AWSIDEM_DYNALITE names an installation of dynalite
//	table                      points the environment at dynalite; JOURNAL is the URL of a table that does not exist yet, TABLE its name
//	dynamodb ACTION FILE       sends a request of another client to dynalite
//	age-journal                makes the records in the journal a century older
//	exits CODE COMMAND...      runs a command and expects this exit code
//	calls CODE awsidem ...     as exits, but within the process of the test: for commands that call no AWS and read no file by a relative name
//	hint FILE                  writes the command of the last hint on stderr to a file
//	document FORMAT STREAM ... expects that the stream is exactly one document, with these KEY=VALUE at its top
//	arrived N                  waits until N requests have arrived
//	seen REGEXP FILE           waits until the file has a match
//	signal NAME                sends a signal to the program in the background
//	pester FIFO [NAME]         sends SIGINT, or the named signal, to the program in the background until it ends, once it reads the FIFO
//	exited CODE                after wait: expects this exit code of the program in the background; -1 means that a signal killed it
func TestScript(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGQUIT} {
		if signal.Ignored(s) { // as in the background of a shell; the processes of the scripts would inherit that
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		Setup:               setup,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Condition:           scriptCondition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sandbox": startSandbox, "answer": startAnswer,
			"sends": checkSends, "creates": checkCreates, "made": checkMade, "tokens": checkTokens,
			"table": nameTable, "dynamodb": callDynamoDB, "ec2": callEC2, "let": takeValue, "age-journal": ageJournal,
			"exits": runExits, "calls": callMain, "hint": saveHint, "document": checkDocument,
			"arrived": waitArrived, "seen": waitSeen, "signal": sendSignal, "pester": pester, "exited": checkExited,
		},
	})
}

// setup makes a script an environment without anything of this machine's AWS configuration: testscript passes on PATH alone.
func setup(env *testscript.Env) error {
	for name, value := range map[string]string{
		"HOME":                        env.WorkDir,
		"XDG_STATE_HOME":              filepath.Join(env.WorkDir, "state"),
		"AWS_CONFIG_FILE":             filepath.Join(env.WorkDir, "config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(env.WorkDir, "credentials"),
		"AWS_EC2_METADATA_DISABLED":   "true",
		"AWSIDEM_INITIAL_INTERVAL":    "1ms",
		"AWSIDEM_ATTEMPT_TIMEOUT":     "0",                 // a request that hangs ends only by a signal
		"GORACE":                      "atexit_sleep_ms=0", // else each process of a -race run lasts a second more
		"VPC_A":                       sandbox.DefaultVPC,
		"VPC_B":                       sandbox.OtherVPC,
		"TOKEN":                       "abf653c2-09a2-426d-bd2d-acaac0c98a28",
	} {
		env.Setenv(name, value)
	}
	env.Values[stateKey{}] = new(state)
	return nil
}

type stateKey struct{}

// state is what a script's commands share.
type state struct {
	endpoint   *endpoint
	background *exec.Cmd
}

func of(ts *testscript.TestScript) *state { return ts.Value(stateKey{}).(*state) }

// An endpoint counts what arrives at a handler.
type endpoint struct {
	http.Handler
	box *sandbox.Sandbox // nil: there is none behind it

	mu       sync.Mutex
	requests int
	creates  int
	tokens   map[string]bool
	changed  chan struct{} // closed and replaced at each request
}

func newEndpoint(h http.Handler) *endpoint {
	return &endpoint{Handler: h, tokens: map[string]bool{}, changed: make(chan struct{})}
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body)) // a body that is not a form has no token

	e.mu.Lock()
	e.requests++
	if action := form.Get("Action"); strings.HasPrefix(action, "Create") || slices.Contains(awsec2.OperationNames(), action) {
		e.creates++
		e.tokens[form.Get("ClientToken")] = true
	}
	close(e.changed)
	e.changed = make(chan struct{})
	e.mu.Unlock()
	e.Handler.ServeHTTP(w, r)
}

// count returns the requests so far, those to create something, the different tokens in them.
func (e *endpoint) count() (requests, creates, tokens int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests, e.creates, len(e.tokens)
}

// next returns the requests so far, and what is closed at the next one.
func (e *endpoint) next() (requests int, changed <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests, e.changed
}

// serve starts the endpoint and points the script's environment at it.
func (e *endpoint) serve(ts *testscript.TestScript, addr string, overTLS bool) {
	listener, err := net.Listen("tcp", addr)
	ts.Check(err)
	server := httptest.NewUnstartedServer(e)
	_ = server.Listener.Close() // its own, for which ours is taken
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	start := server.Start
	if overTLS {
		start = server.StartTLS
	}
	start()
	ts.Defer(func() { server.CloseClientConnections(); server.Close() })
	if overTLS {
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), certificate, 0o600))
	}
	of(ts).endpoint = e
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	for name, value := range map[string]string{
		"PORT": port, "AWS_ENDPOINT_URL_EC2": server.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "AKIDSANDBOX", "AWS_SECRET_ACCESS_KEY": "sandbox",
	} {
		ts.Setenv(name, value)
	}
}

func startSandbox(ts *testscript.TestScript, _ bool, args []string) {
	var config sandbox.Config
	f := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	f.Func("fault", "", func(spec string) error {
		fault, err := sandbox.ParseFault(spec)
		config.Faults = append(config.Faults, fault)
		return err
	})
	f.BoolVar(&config.IgnoreTokens, "ignore-tokens", false, "")
	f.DurationVar(&config.TokenTTL, "token-ttl", 0, "")
	f.DurationVar(&config.VisibilityLag, "visibility-lag", 0, "")
	overTLS := f.Bool("tls", false, "")
	addr := f.String("listen", "127.0.0.1:0", "")
	ts.Check(f.Parse(args))
	e := newEndpoint(nil)
	e.box = sandbox.New(config)
	e.Handler = e.box
	e.serve(ts, *addr, *overTLS)
}

var escapedRune = regexp.MustCompile(`\\u[0-9a-f]{4}`)

func startAnswer(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	body := escapedRune.ReplaceAllStringFunc(ts.ReadFile(args[1]), func(s string) string {
		r, err := strconv.ParseInt(s[2:], 16, 32)
		ts.Check(err)
		return string(rune(r))
	})
	newEndpoint(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that has gone is the test's matter
	})).serve(ts, "127.0.0.1:0", false)
}

func expect(ts *testscript.TestScript, what string, got int, want string) {
	if strconv.Itoa(got) != want {
		ts.Fatalf("%s: got %d, want %s", what, got, want)
	}
}

func checkSends(ts *testscript.TestScript, _ bool, args []string) {
	requests, _, _ := of(ts).endpoint.count()
	expect(ts, "requests", requests, args[0])
}

func checkCreates(ts *testscript.TestScript, _ bool, args []string) {
	_, creates, _ := of(ts).endpoint.count()
	expect(ts, "requests to create something", creates, args[0])
}

func checkTokens(ts *testscript.TestScript, _ bool, args []string) {
	_, _, tokens := of(ts).endpoint.count()
	expect(ts, "client tokens", tokens, args[0])
}

func checkMade(ts *testscript.TestScript, _ bool, args []string) {
	made := of(ts).endpoint.box.Resources()
	if len(args) > 1 {
		made = slices.DeleteFunc(made, func(r sandbox.Resource) bool { return r.Type != args[1] })
	}
	expect(ts, "resources made", len(made), args[0])
}

func runExits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	code := 0
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	expect(ts, "exit code", code, args[0])
}

// callMain runs the program without a process. The program sees the script's environment, but an empty variable counts as not set.
func callMain(ts *testscript.TestScript, _ bool, args []string) {
	env := cli.Env{
		Streams: cli.Streams{In: strings.NewReader(""), Out: ts.Stdout(), Err: ts.Stderr()},
		Lookup: func(name string) (string, bool) {
			value := ts.Getenv(name)
			return value, value != ""
		},
		Dial: func(_ context.Context, network, addr string) (net.Conn, error) {
			return nil, fmt.Errorf("%s %s: %s must run in a process of its own", network, addr, args[1])
		},
	}
	expect(ts, "exit code", cli.Main(context.Background(), args[2:], env), args[0])
}

func saveHint(ts *testscript.TestScript, _ bool, args []string) {
	command := ""
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		if hint, ok := strings.CutPrefix(line, "hint: "); ok {
			command = hint[max(strings.Index(hint, "awsidem "), 0):]
		}
	}
	if !strings.HasPrefix(command, "awsidem ") {
		ts.Fatalf("no hint on stderr names a command")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(command), 0o600))
}

func checkDocument(ts *testscript.TestScript, _ bool, args []string) {
	var document map[string]any
	text := strings.NewReader(ts.ReadFile(args[1]))
	var decoder interface{ Decode(v any) error } = yaml.NewDecoder(text)
	if args[0] == "json" {
		decoder = json.NewDecoder(text)
	}
	ts.Check(decoder.Decode(&document))
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		ts.Fatalf("%s has more than one document: %v", args[1], err)
	}
	for _, arg := range args[2:] {
		key, want, _ := strings.Cut(arg, "=")
		if got := fmt.Sprint(cmp.Or[any](document[key], "")); got != want {
			ts.Fatalf("%s: %s is %q, want %q", args[1], key, got, want)
		}
	}
}

// patience is how long a test waits for an event. If the test passes, the event comes soon, even on a busy machine.
const patience = 3 * time.Minute
