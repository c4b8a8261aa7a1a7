package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A machine is where awsidem runs as real processes, with a journal, against a sandbox: for what takes many processes, their
// death, or a look at them from outside. All else is in the scripts.
type machine struct {
	box      *sandbox.Sandbox
	endpoint *endpoint
	journal  string
	env      []string
}

// newMachine makes one; handler, if there is one, stands before the sandbox.
func newMachine(t *testing.T, handler func(http.Handler) http.Handler, faults ...string) *machine {
	t.Helper()
	m := &machine{box: sandbox.New(sandbox.Config{Faults: sandbox.MustFaults(faults...)}), journal: filepath.Join(t.TempDir(), "journal")}
	m.endpoint = newEndpoint(m.box)
	if handler != nil {
		m.endpoint.Handler = handler(m.box)
	}
	server := httptest.NewServer(m.endpoint)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	m.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "AWSIDEM_JOURNAL=" + m.journal,
		"AWS_ENDPOINT_URL_EC2=" + server.URL, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIDSANDBOX", "AWS_SECRET_ACCESS_KEY=sandbox",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"GORACE=atexit_sleep_ms=0", // under -race each process would live a second longer
		"AWSIDEM_INITIAL_INTERVAL=1ms", "AWSIDEM_MAX_INTERVAL=10ms", "AWSIDEM_MAX_ATTEMPTS=100",
		"AWSIDEM_ATTEMPT_TIMEOUT=0", // on a busy machine, an answer may take long
	}
	return m
}

func (m *machine) command(args ...string) *exec.Cmd {
	cmd := exec.Command("awsidem", args...)
	cmd.Env = m.env
	return cmd
}

// run runs awsidem to its end.
func (m *machine) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runToEnd(t, m.command(args...))
}

func runToEnd(t *testing.T, cmd *exec.Cmd) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	cmd.WaitDelay = afterwards
	var exit *exec.ExitError
	runErr := cmd.Start()
	if runErr == nil {
		runErr = waitFor(t, cmd)
	}
	if runErr != nil && !errors.As(runErr, &exit) {
		t.Error(runErr)
		return -1, "", ""
	}
	return cmd.ProcessState.ExitCode(), out.String(), err.String()
}

// afterwards is how long a child of a process may keep the streams of the process after the end of the process.
const afterwards = time.Minute

// waitFor waits for the end of a process, and returns what its Wait returns. After patience it fails the test and aborts the process. A Go
// program then prints its stacks.
func waitFor(t *testing.T, cmd *exec.Cmd) error {
	t.Helper()
	abort := time.AfterFunc(patience, func() {
		t.Errorf("%q does not end within %s", cmd.Args, patience)
		if cmd.Process.Signal(syscall.SIGABRT) != nil {
			_ = cmd.Process.Kill()
		}
	})
	defer abort.Stop()
	return cmd.Wait()
}

// createArgs is a command line that creates a route table.
func createArgs(args ...string) []string {
	return append([]string{"create-route-table", "--vpc-id", sandbox.DefaultVPC}, args...)
}

func (m *machine) requests() int { n, _, _ := m.endpoint.count(); return n }

// A listed intent is one of journal list.
type listed struct {
	ClientToken, Operation, Outcome, ResourceId string   //nolint:revive // as it is printed
	ResourceIds                                 []string //nolint:revive // as it is printed
	Attempts                                    int
}

func (m *machine) list(t *testing.T) []listed {
	t.Helper()
	code, stdout, stderr := m.run(t, "journal", "list")
	var document struct{ Intents []listed }
	if err := json.Unmarshal([]byte(stdout), &document); err != nil || code != 0 || stderr != "" {
		t.Fatalf("journal list: exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	return document.Intents
}

// files lists a folder of the journal.
func (m *machine) files(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(m.journal, folder))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// exactlyOnce fails unless there is one resource for each record, and one record for each resource.
func (m *machine) exactlyOnce(t *testing.T) {
	t.Helper()
	type intent struct{ kind, token string }
	made := map[intent][]string{}
	for _, r := range m.box.Resources() {
		i := intent{strings.ReplaceAll(r.Type, "-", ""), r.ClientToken}
		made[i] = append(made[i], r.ID)
	}
	for _, r := range m.list(t) {
		i := intent{strings.ToLower(strings.TrimPrefix(r.Operation, "Create")), r.ClientToken}
		if ids := made[i]; r.Outcome != "succeeded" || len(ids) != 1 || ids[0] != r.ResourceId {
			t.Errorf("%v is on record as %s, %q; made is %q", i, r.Outcome, r.ResourceId, ids)
		}
		delete(made, i)
	}
	for i, ids := range made {
		t.Errorf("%v is not on record; made is %q", i, ids)
	}
}

// 64 processes at once with one key: one resource, 64 identical answers, one finished record.
func TestManyProcesses(t *testing.T) {
	m := newMachine(t, nil, "lost-response:CreateRouteTable=0.1", "unavailable:CreateRouteTable=0.1", "internal-error-after:CreateRouteTable=0.1")
	type end struct {
		code           int
		stdout, stderr string
	}
	const count = 64
	ends := make(chan end)
	for range count {
		go func() {
			var e end
			e.code, e.stdout, e.stderr = m.run(t, createArgs("--idempotency-key", "one")...)
			ends <- e
		}()
	}
	answers := map[string]int{}
	for range count {
		e := <-ends
		answers[e.stdout]++
		if e.code != 0 {
			t.Errorf("exit %d\n%s%s", e.code, e.stdout, e.stderr)
		}
	}
	if len(answers) != 1 {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
	m.exactlyOnce(t)
	if unknown, tmp, succeeded := m.files(t, "unknown"), m.files(t, "tmp"), m.files(t, "succeeded"); len(unknown)+len(tmp) > 0 || len(succeeded) != 1 {
		t.Errorf("in unknown/ %v, in tmp/ %v, in succeeded/ %v", unknown, tmp, succeeded)
	}
}
