package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The runbooks of testdata/runbook call aws in the ways of public runbooks. Under awsidem exec each one, killed at each of its creates and run
// again with the same key, leaves as many resources and prints the same output as a run that nothing happened to. So it does if the answer to a
// create is lost. By default one mishap happens to each create; if AWSIDEM_SCHEDULES is set, as in the gate, every mishap does.
func TestRunbooks(t *testing.T) {
	books, err := filepath.Glob(filepath.Join("testdata", "runbook", "*.sh"))
	if err != nil || len(books) != 10 {
		t.Fatalf("%d runbooks, %v", len(books), err)
	}
	for _, book := range books {
		t.Run(strings.TrimSuffix(filepath.Base(book), ".sh"), func(t *testing.T) {
			t.Parallel()
			clean := newBookRun(t, book, 0, nil)
			code, want, stderr := clean.run(t)
			if code != 0 || stderr != "" {
				t.Fatalf("exit %d\n%s%s", code, want, stderr)
			}
			if code, again, _ := clean.run(t); code != 0 || again != want {
				t.Fatalf("the second run: exit %d\n%swant\n%s", code, again, want)
			}
			made := len(clean.box.Resources())
			for k := 1; k <= made; k++ {
				for i, name := range slices.Sorted(maps.Keys(mishaps)) {
					m := mishaps[name]
					if os.Getenv("AWSIDEM_SCHEDULES") == "" && i != (k+len(book))%len(mishaps) {
						continue
					}
					t.Run(fmt.Sprint(name, " ", k), func(t *testing.T) {
						r := newBookRun(t, book, k, m)
						code, out, stderr := r.run(t)
						if code == 0 && !m.survives {
							t.Errorf("the first run ended with 0\n%s%s", out, stderr)
						}
						if m.forgets {
							if err := os.RemoveAll(r.journal); err != nil {
								t.Fatal(err)
							}
						}
						if code, out, stderr = r.run(t); code != 0 || r.numbered(t, out) != clean.numbered(t, want) || stderr != "" {
							t.Errorf("exit %d\n%s%swant\n%s", code, out, stderr, want)
						}
						if got := len(r.box.Resources()); got != made {
							t.Errorf("%d resources made, want %d", got, made)
						}
					})
				}
			}
		})
	}
}

// numbered returns an output with each id, which must be that of a resource, replaced by its place in the output.
func (r *bookRun) numbered(t *testing.T, out string) string {
	t.Helper()
	made, places := r.made(), map[string]int{}
	return regexp.MustCompile(`\b(rtb|acl)-[0-9a-f]+`).ReplaceAllStringFunc(out, func(id string) string {
		if !slices.Contains(made, id) {
			t.Errorf("%s is printed, and made are %v", id, made)
		}
		if _, known := places[id]; !known {
			places[id] = len(places) + 1
		}
		return fmt.Sprintf("%s %d", id[:3], places[id])
	})
}

// A mishap happens to one create of a run.
type mishap struct {
	applied  bool // the create is applied before
	kill     func(group int)
	forgets  bool // the second run is on another machine: without the journal
	survives bool // the first run may end well
}

var mishaps = map[string]*mishap{
	"run killed before create": {kill: killGroup},
	"run killed, new machine":  {applied: true, kill: killGroup, forgets: true},
	"create killed":            {applied: true, kill: killCreates, survives: true},
	"answer lost":              {applied: true, survives: true},
}

func killGroup(group int) { _ = syscall.Kill(-group, syscall.SIGKILL) } // it is there: its request is

// killCreates kills the creates of a process group, and nothing else of it.
func killCreates(group int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		stat, _ := os.ReadFile(file) // the process may be gone
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		name, _, _ := strings.Cut(string(command), "\x00")
		if len(fields) > 2 && fields[2] == strconv.Itoa(group) && filepath.Base(name) == "aws" {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// A bookRun runs one runbook on a machine of its own. A mishap happens to the k-th request to create something.
type bookRun struct {
	*machine
	book string

	mu    sync.Mutex
	group int // the process group of the run
}

func newBookRun(t *testing.T, book string, k int, m *mishap) *bookRun {
	t.Helper()
	r := &bookRun{}
	var creates atomic.Int64
	r.machine = newMachine(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			body, _ := io.ReadAll(req.Body) // a body that can't be read is not a create
			req.Body = io.NopCloser(bytes.NewReader(body))
			if m == nil || !bytes.Contains(body, []byte("Action=Create")) || int(creates.Add(1)) != k {
				next.ServeHTTP(w, req)
				return
			}
			if m.applied {
				next.ServeHTTP(httptest.NewRecorder(), req)
			}
			if m.kill != nil {
				r.mu.Lock()
				defer r.mu.Unlock()
				m.kill(r.group)
			}
			panic(http.ErrAbortHandler) // no answer
		})
	})
	dir := t.TempDir()
	stub, err := os.ReadFile("testdata/runbook/aws.stub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "aws"), stub, 0o700); err != nil { // it is run
		t.Fatal(err)
	}
	if r.book, err = filepath.Abs(book); err != nil {
		t.Fatal(err)
	}
	r.env = append(r.env, "PATH="+dir+":"+os.Getenv("PATH"), "TMPDIR="+t.TempDir())
	return r
}

// run runs the runbook to its end, or until it is killed.
func (r *bookRun) run(t *testing.T) (code int, stdout, stderr string) {
	t.Helper()
	cmd := r.command("exec", "--idempotency-key", "release-42", "--", r.book)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errOut, afterwards
	r.mu.Lock()
	err := cmd.Start()
	if err == nil {
		r.group = cmd.Process.Pid
	}
	r.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	_ = waitFor(t, cmd) // ProcessState has the exit code
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

// made returns the resources of the sandbox, sorted.
func (r *bookRun) made() []string {
	var made []string
	for _, resource := range r.box.Resources() {
		made = append(made, resource.ID)
	}
	slices.Sort(made)
	return made
}

// 32 equal creates, eight at a time, are 32 resources, and the same 32 in the second run.
func TestEqualCreates(t *testing.T) {
	r := newBookRun(t, "testdata/runbook/xargs.sh", 0, nil)
	const script = `seq 32 | xargs -P 8 -I{} aws ec2 create-route-table --vpc-id ` + sandbox.DefaultVPC + ` --query RouteTable.RouteTableId --output text`
	run := func() []string {
		code, stdout, stderr := r.machine.run(t, "exec", "--idempotency-key", "release-42", "--", "sh", "-c", script)
		if code != 0 {
			t.Fatalf("exit %d\n%s", code, stderr)
		}
		ids := strings.Fields(stdout)
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	first := run()
	if len(first) != 32 {
		t.Errorf("%d resources in the first run", len(first))
	}
	if second := run(); !slices.Equal(first, second) || !slices.Equal(r.made(), first) {
		t.Errorf("the second run has %v\nthe first had %v\nmade are %v", second, first, r.made())
	}
}
