package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A fleet is machines that share a journal in a table. Each has a home of its own. The table is on dynalite, which others wrote.
type fleet struct {
	*machine
	homes []string
}

// newFleet makes a fleet of machines and the table.
func newFleet(t *testing.T, machines int, m *machine) *fleet {
	t.Helper()
	journal := fmt.Sprintf("dynamodb://%s?lease=3s&endpoint=%s", newTableName(), requireDynalite(t))
	m.env = append(slices.DeleteFunc(m.env, func(v string) bool { return strings.HasPrefix(v, "AWSIDEM_JOURNAL=") }), "AWSIDEM_JOURNAL="+journal)
	f := &fleet{machine: m}
	for range machines {
		f.homes = append(f.homes, t.TempDir())
	}
	if code, _, stderr := m.run(t, "journal", "init", journal); code != 0 {
		t.Fatalf("journal init: exit %d\n%s", code, stderr)
	}
	return f
}

// on is a command of one of the machines.
func (f *fleet) on(machine int, args ...string) *exec.Cmd {
	cmd := f.command(args...)
	cmd.Env = append(slices.Clone(cmd.Env), "HOME="+f.homes[machine])
	return cmd
}

// apart moves a command to a PID namespace of its own, if this system permits that. Only the lease then shows whether the process lives.
func apart(cmd *exec.Cmd) *exec.Cmd {
	flags := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	probe := exec.Command("true")
	probe.SysProcAttr = flags
	if probe.Run() == nil {
		cmd.SysProcAttr = flags
	}
	return cmd
}

// Processes of several machines are killed at random instants of their lives, with random tokens, with keys of their own and with keys that
// others use at the same time. Then any machine resumes all: each record has its one resource, and each resource its record.
func TestKillFleet(t *testing.T) {
	seed := cmp.Or(*killSeed, rand.Uint64())
	t.Logf("-kills %d -killseed %d", *kills, seed)
	const machines = 4
	var faults []string
	for _, fault := range []string{"throttling:%s=0.05", "unavailable:%s=0.05", "lost-response:%s=0.1", "internal-error-after:%s=0.1"} {
		faults = append(faults, fmt.Sprintf(fault, "CreateRouteTable"), fmt.Sprintf(fault, "CreateNetworkAcl"))
	}
	f := newFleet(t, machines, newMachine(t, distant(seed), faults...))
	var (
		workers sync.WaitGroup
		mu      sync.Mutex
		killed  int
		life    = 100 * time.Millisecond
	)
	kill := func(rng *rand.Rand, machine int, args ...string) {
		cmd := f.on(machine, args...)
		mu.Lock()
		lives := time.Duration(rng.Float64() * float64(life))
		mu.Unlock()
		if err := cmd.Start(); err != nil {
			t.Error(err)
			return
		}
		timer := time.AfterFunc(lives, func() { _ = cmd.Process.Kill() }) // it may have ended
		_ = cmd.Wait()                                                    // how, its state shows
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		if cmd.ProcessState.Exited() {
			life = life * 95 / 100
		} else {
			life = life * 102 / 100
			killed++
		}
	}
	for worker := range machines {
		rng := rand.New(rand.NewPCG(seed, uint64(worker)))
		workers.Go(func() {
			for enough := false; !enough; {
				kill(rng, worker, anyCreate(rng)...)
				mu.Lock()
				enough = killed >= *kills
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	open := 0
	for _, r := range f.list(t) {
		if r.Outcome == "unknown" {
			open++
		}
	}
	t.Logf("%d killed; %d open; %d resources", killed, open, len(f.box.Resources()))
	if open == 0 && *kills >= 50 {
		t.Error("no kill left a create open: the instants test nothing")
	}

	// Several machines share the work, and one of them ends it.
	var resumes sync.WaitGroup
	for worker := range machines {
		resumes.Go(func() { _ = f.on(worker, "resume", "--all").Run() }) // an outcome may still be unknown
	}
	resumes.Wait()
	const most = 20
	for round := 1; ; round++ {
		code, _, stderr := runToEnd(t, f.on(round%machines, "resume", "--all"))
		if code == 0 {
			break
		}
		if round == most {
			t.Fatalf("resume --all ends with %d in round %d\n%s", code, round, stderr)
		}
	}
	f.exactlyOnce(t)
}

// 64 processes of several machines with one key: one resource, one answer, one finished record.
func TestManyMachines(t *testing.T) {
	f := newFleet(t, 8, newMachine(t, nil, "lost-response:CreateRouteTable=0.1", "unavailable:CreateRouteTable=0.1"))
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
	f := newFleet(t, 2, newMachine(t, nil, "unavailable:CreateRouteTable=x1"))
	stopped := f.on(0, createArgs("--idempotency-key", "one")...)
	stopped.Env = append(stopped.Env, "AWSIDEM_INITIAL_INTERVAL=8s", "AWSIDEM_MAX_INTERVAL=8s", "AWSIDEM_RANDOMIZATION_FACTOR=0")
	var stderr bytes.Buffer
	stopped.Stderr = &stderr
	if err := stopped.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	await := func(what string, is func() bool) {
		t.Helper()
		for !is() {
			if time.Now().After(deadline) {
				_ = stopped.Process.Kill()
				t.Fatalf("%s: not within a minute", what)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	await("the first attempt", func() bool { return f.requests() == 1 })
	if err := stopped.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await("the end of the lease", func() bool { records := f.list(t); return len(records) == 1 && records[0].Outcome == "unknown" })
	if code, _, message := runToEnd(t, f.on(1, "resume", "--all")); code != 0 {
		t.Fatalf("resume: exit %d\n%s", code, message)
	}
	_, creates, _ := f.endpoint.count()
	if err := stopped.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	err := stopped.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 75 || !strings.Contains(stderr.String(), "it sends nothing more") {
		t.Errorf("the stopped process: %v\n%s", err, &stderr)
	}
	if _, now, _ := f.endpoint.count(); now != creates {
		t.Errorf("%d requests to create something, and %d once the process went on", creates, now)
	}
	f.exactlyOnce(t)
}

// manifest writes a manifest of some entries, and returns its name.
func manifest(t *testing.T, entries int) string {
	t.Helper()
	var b strings.Builder
	for i := range entries {
		operation := []string{"create-route-table", "create-network-acl"}[i%2]
		fmt.Fprintf(&b, `{"operation":%q,"input":{"VpcId":%q},"idempotency_key":"entry-%d"}`+"\n", operation, sandbox.DefaultVPC, i)
	}
	name := filepath.Join(t.TempDir(), "manifest.jsonl")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Several machines work on one manifest: each entry is sent to EC2 by one of them, and all of them print all resources.
func TestApplyOfFleet(t *testing.T) {
	const machines, entries = 4, 200
	f := newFleet(t, machines, newMachine(t, nil))
	name := manifest(t, entries)
	var (
		applies sync.WaitGroup
		printed [machines]map[string]string
	)
	for i := range machines {
		applies.Go(func() {
			code, stdout, stderr := runToEnd(t, f.on(i, "apply", "-f", name))
			if code != 0 {
				t.Errorf("apply ends with %d\n%s", code, stderr)
			}
			printed[i] = resourcesOf(t, stdout)
		})
	}
	applies.Wait()
	for i := range machines {
		if len(printed[i]) != entries || !maps.Equal(printed[i], printed[0]) {
			t.Errorf("machine %d prints %d entries, and machine 0 %d, or others", i, len(printed[i]), len(printed[0]))
		}
	}
	if _, creates, _ := f.endpoint.count(); creates != entries {
		t.Errorf("%d requests to create something for %d entries", creates, entries)
	}
	f.exactlyOnce(t)
}

// resourcesOf returns the resources by token that apply printed.
func resourcesOf(t *testing.T, stdout string) map[string]string {
	t.Helper()
	resources := map[string]string{}
	for line := range strings.Lines(stdout) {
		var r struct{ Client_token, Resource_id, Outcome string } //nolint:revive // as they are printed
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Outcome != "succeeded" {
			t.Errorf("%v: %s", err, line)
		}
		resources[r.Client_token] = r.Resource_id
	}
	return resources
}

// Machines that work on one manifest are killed one after the other. The last one takes over what they had begun.
func TestApplyOfFleetKilled(t *testing.T) {
	const entries = 120
	var requests atomic.Int64
	gate := make(chan struct{}) // closed: the rest of the requests may go on
	slow := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(10 * time.Millisecond) // so that a kill finds creates on their way
			if requests.Add(1) > entries/2 {
				<-gate
			}
			next.ServeHTTP(w, r)
		})
	}
	f := newFleet(t, 4, newMachine(t, slow, "lost-response:CreateRouteTable=0.1", "unavailable:CreateNetworkAcl=0.1", "throttling:CreateRouteTable=0.05"))
	name := manifest(t, entries)
	var applies []*exec.Cmd
	for i := range 3 {
		cmd := apart(f.on(i, "apply", "-f", name, "--concurrency", "4"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		applies = append(applies, cmd)
	}
	for i, victim := range applies[:2] {
		deadline := time.Now().Add(time.Minute)
		for _, creates, _ := f.endpoint.count(); creates < 20*(i+1) && time.Now().Before(deadline); _, creates, _ = f.endpoint.count() {
			time.Sleep(time.Millisecond)
		}
		_ = victim.Process.Kill() // it may have ended
		_ = victim.Wait()
	}
	code, stdout, stderr := runToEnd(t, f.on(3, "apply", "-f", name, "--progress"))
	var progress struct{ Entries, Running, Not_started int } //nolint:revive // as they are printed
	if err := json.Unmarshal([]byte(stdout), &progress); err != nil || code != 0 || progress.Entries != entries || progress.Running+progress.Not_started == 0 {
		t.Errorf("progress: exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	close(gate)
	if err := applies[2].Wait(); err != nil {
		t.Errorf("the last apply: %v", err)
	}
	code, stdout, stderr = runToEnd(t, f.on(3, "apply", "-f", name, "--progress"))
	if want := fmt.Sprintf(`{"entries":%d,"succeeded":%d,"rejected":0,"unknown":0,"running":0,"not_started":0}`+"\n", entries, entries); code != 0 || stdout != want {
		t.Errorf("progress: exit %d\n%s%s", code, stdout, stderr)
	}
	f.exactlyOnce(t)
	if records := f.list(t); len(records) != entries {
		t.Errorf("%d records of %d entries", len(records), entries)
	}
}
