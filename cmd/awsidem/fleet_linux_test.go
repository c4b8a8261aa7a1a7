package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// A fleet is a number of machines that share a journal in a table of dynalite. Each machine has a home of its own.
type fleet struct {
	*machine
	homes      []string
	namespaces bool // whether each process has a PID namespace of its own, so that other processes can't see whether it lives
}

// shortLease is the shortest lease: a test that waits for its end does not wait long.
const shortLease = 3 * time.Second

// newFleet returns a fleet, and makes its table.
func newFleet(t *testing.T, machines int, lease time.Duration, m *machine) *fleet {
	t.Helper()
	journal := fmt.Sprintf("dynamodb://%s?lease=%s&endpoint=%s", awstest.TableName(), lease, awstest.Dynalite(t))
	m.env = append(slices.DeleteFunc(m.env, func(v string) bool { return strings.HasPrefix(v, "AWSIDEM_JOURNAL=") }), "AWSIDEM_JOURNAL="+journal)
	f := &fleet{machine: m}
	try := exec.Command("true")
	try.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	f.namespaces = try.Run() == nil // it needs root
	for range machines {
		f.homes = append(f.homes, t.TempDir())
	}
	if code, _, stderr := m.run(t, "journal", "init", journal); code != 0 {
		t.Fatalf("journal init: exit %d\n%s", code, stderr)
	}
	return f
}

// on returns a command that runs on one of the machines.
func (f *fleet) on(machine int, args ...string) *exec.Cmd {
	cmd := f.command(args...)
	cmd.Env = append(slices.Clone(cmd.Env), "HOME="+f.homes[machine])
	if f.namespaces {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	}
	return cmd
}

// Creates on several machines are killed at random instants. They have random tokens, keys of their own, or keys that other creates use at the same
// time. Some resumes are killed, too. Other processes are stopped. After the leases have ended, resume --all on any machine settles all intents.
// Then the stopped processes go on, and resume --all settles what they leave open. Each record has one resource, and each resource has one record.
//
//	go test -v -count=1 -timeout 1h -run TestKillFleet ./cmd/awsidem -kills 2000
func TestKillFleet(t *testing.T) {
	seed := cmp.Or(*killSeed, rand.Uint64())
	const machines = 4
	faults := ofCreates("throttling:%s=0.05", "unavailable:%s=0.05", "lost-response:%s=0.1", "internal-error-after:%s=0.1")
	f := newFleet(t, machines, shortLease, newMachine(t, distant(seed), faults...))
	t.Logf("-kills %d -killseed %d; PID namespaces: %t", *kills, seed, f.namespaces)
	k := fleetKillers{fleet: f, life: lifetime{mean: lifeOf(t, f.on(0, createArgs()...))}}
	k.together(seed, func(rng *rand.Rand, machine int) bool {
		return k.kill(t, rng, machine, anyCreate(rng)...) < *kills
	})
	killed := k.killed
	k.together(seed+1, func(rng *rand.Rand, machine int) bool {
		return k.kill(t, rng, machine, "resume", "--all") < killed+min(*kills/10, 50)
	})
	outcomes := map[string]int{}
	await(t, "the ends of all leases", func() bool {
		clear(outcomes)
		for _, r := range f.list(t) {
			outcomes[r.Outcome]++
		}
		return outcomes["running"] == 0
	})
	t.Logf("killed: %d creates and %d resumes; stopped: %d; on record: %v; %d resources", killed, k.killed-killed, len(k.stopped), outcomes, len(f.box.Resources()))
	if outcomes["unknown"] == 0 && *kills >= 50 {
		t.Error("no kill left a create open: the instants test nothing")
	}
	rounds := f.settle(t, int(seed%machines))
	late := 0
	for _, cmd := range k.stopped {
		if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	}
	for _, cmd := range k.stopped {
		_ = waitFor(t, cmd) // ProcessState has the exit code
		code, said := cmd.ProcessState.ExitCode(), cmd.Stderr.(*bytes.Buffer).String()
		if strings.Contains(said, "it sends nothing more") {
			late++
		}
		if code != 0 && code != 75 && !strings.Contains(said, "nothing was sent") { // the stop was during a call to the table, which timed out
			t.Errorf("a process that was stopped: exit %d\n%s", code, said)
		}
	}
	rounds += f.settle(t, int(seed%machines)) // a call that timed out during the stop may still have put a create on record
	f.exactlyOnce(t)
	t.Logf("resume --all: %d rounds; %d of the stopped processes found their creates taken; %d records; %d resources", rounds, late, len(f.list(t)), len(f.box.Resources()))
}

// settle runs resume --all on a machine until all creates have succeeded, and returns how often.
func (f *fleet) settle(t *testing.T, machine int) (rounds int) {
	t.Helper()
	await(t, "the end of all creates by resume --all", func() bool {
		rounds++
		if code, _, stderr := runToEnd(t, f.on(machine, "resume", "--all")); code != 0 {
			t.Errorf("resume --all: exit %d\n%s", code, stderr)
		}
		// The Date of an answer has no fraction of a second, so resume may see the end of a lease a second later than the list did.
		return !slices.ContainsFunc(f.list(t), func(r listed) bool { return r.Outcome != "succeeded" })
	})
	return rounds
}

// fleetKillers start processes, and kill or stop each at a random instant of its life.
type fleetKillers struct {
	*fleet
	life    lifetime
	mu      sync.Mutex
	killed  int
	stopped []*exec.Cmd
}

// together runs one goroutine for each machine. Each goroutine calls do until do returns false.
func (k *fleetKillers) together(seed uint64, do func(rng *rand.Rand, machine int) bool) {
	var workers sync.WaitGroup
	for machine := range k.homes {
		rng := rand.New(rand.NewPCG(seed, uint64(machine)))
		workers.Go(func() {
			for do(rng, machine) {
			}
		})
	}
	workers.Wait()
}

// kill starts a process, and kills or stops the process. It returns how many processes were killed so far.
func (k *fleetKillers) kill(t *testing.T, rng *rand.Rand, machine int, args ...string) int {
	cmd := k.on(machine, args...)
	cmd.Stderr = &bytes.Buffer{}
	instant := k.life.instant(rng)
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return math.MaxInt
	}
	stop := args[0] != "resume" && rng.IntN(20) == 0
	killed := false
	if stop {
		time.Sleep(instant)                     // of the process, not for a result
		_ = cmd.Process.Signal(syscall.SIGSTOP) // it may have ended
		t.Cleanup(func() { _ = cmd.Process.Kill() })
	} else {
		killed = k.life.kill(cmd, instant)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if stop {
		k.stopped = append(k.stopped, cmd)
	}
	if killed {
		k.killed++
	}
	return k.killed
}

// 64 processes of several machines with one key: one resource, one answer, one finished record.
func TestManyMachines(t *testing.T) {
	f := newFleet(t, 8, time.Minute, newMachine(t, nil, "lost-response:CreateRouteTable=0.1", "unavailable:CreateRouteTable=0.1"))
	const count = 64
	var (
		processes sync.WaitGroup
		mu        sync.Mutex
		answers   = map[string]int{}
	)
	for i := range count {
		processes.Go(func() {
			code, stdout, stderr := runToEnd(t, f.on(i%len(f.homes), createArgs("--idempotency-key", "one")...))
			mu.Lock()
			defer mu.Unlock()
			answers[stdout]++
			if code != 0 || stderr != "" && !strings.Contains(stderr, "trying again") {
				t.Errorf("exit %d\n%s%s", code, stdout, stderr)
			}
		})
	}
	processes.Wait()
	if len(answers) != 1 {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
	f.exactlyOnce(t)
	if records := f.list(t); len(records) != 1 {
		t.Errorf("on record: %+v", records)
	}
}

// A process that is stopped until its lease has ended, and whose create another machine has finished, sends nothing more and says so.
func TestStoppedAcrossLease(t *testing.T) {
	continued := make(chan struct{})
	var requests atomic.Int64
	handler := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) > 1 {
				next.ServeHTTP(w, r)
				return
			}
			select { // so that the process is stopped during its first attempt
			case <-continued:
			case <-r.Context().Done():
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		})
	}
	f := newFleet(t, 2, shortLease, newMachine(t, handler))
	stopped := f.on(0, createArgs("--idempotency-key", "one")...)
	var stderr bytes.Buffer
	stopped.Stderr = &stderr
	if err := stopped.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stopped.Process.Kill() }) // it may have ended
	await(t, "the first attempt", func() bool { return requests.Load() == 1 })
	if err := stopped.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, "the end of the lease", func() bool { records := f.list(t); return len(records) == 1 && records[0].Outcome == "unknown" })
	if code, _, message := runToEnd(t, f.on(1, "resume", "--all")); code != 0 {
		t.Fatalf("resume: exit %d\n%s", code, message)
	}
	_, creates, _ := f.endpoint.count()
	close(continued)
	if err := stopped.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	err := waitFor(t, stopped)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 75 || !strings.Contains(stderr.String(), "it sends nothing more") {
		t.Errorf("the stopped process: %v\n%s", err, &stderr)
	}
	if _, now, _ := f.endpoint.count(); now != creates {
		t.Errorf("%d requests to create something, and %d once the process went on", creates, now)
	}
	f.exactlyOnce(t)
}

// await waits until is returns true. After patience it fails the test; what names the event.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// SIGTERM ends a command that waits for the journal's table, and the exit code says so.
func TestTableInterrupted(t *testing.T) {
	for _, args := range [][]string{{"journal", "list"}, {"resume", "--all"}, createArgs("--idempotency-key", "one")} {
		var asked atomic.Int64
		table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			asked.Add(1)
		}))
		defer table.Close()
		m := newMachine(t, nil)
		cmd := m.command(args...)
		cmd.Env = append(slices.Clone(m.env), "AWSIDEM_JOURNAL=dynamodb://journal?endpoint="+table.URL)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, "a request to the table", func() bool { return asked.Load() > 0 })
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = waitFor(t, cmd) // ProcessState has the exit code
		if code := cmd.ProcessState.ExitCode(); code != 143 || m.requests() > 0 {
			t.Errorf("%v: exit %d, and %d requests to EC2", args, code, m.requests())
		}
	}
}
