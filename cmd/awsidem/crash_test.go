package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

var (
	kills    = flag.Int("kills", 200, "how many processes TestKill and TestKillFleet kill")
	killSeed = flag.Uint64("killseed", 0, "the seed of TestKill's instants, 0 for any")
)

// A crash or a kill can't lose a token. Real processes are killed at random instants of their lives, several at a time, with
// generated tokens, with keys of their own and with keys that others use at the same time; then some of the resumes, too. Once
// a resume ended with success, each record has its one resource, and each resource its record.
func TestKill(t *testing.T) {
	seed := cmp.Or(*killSeed, rand.Uint64())
	t.Logf("-kills %d -killseed %d", *kills, seed)
	const atOnce = 4
	m := newMachine(t, distant(seed), ofCreates("throttling:%s=0.05", "unavailable:%s=0.05", "drop:%s=0.05", "lost-response:%s=0.1",
		"internal-error-after:%s=0.1", "truncate:%s=0.1")...)

	killers := killers{machine: m, life: lifetime{mean: lifeOf(t, m.command(createArgs()...))}, deaths: map[string]int{}}
	var workers sync.WaitGroup
	for worker := range atOnce {
		rng := rand.New(rand.NewPCG(seed, uint64(worker)))
		workers.Go(func() {
			for killers.count() < *kills {
				killers.kill(t, rng, anyCreate(rng)...)
			}
		})
	}
	workers.Wait()
	killers.histogram(t)

	rng := rand.New(rand.NewPCG(seed, atOnce))
	killers.life.mean *= 4 // the time for some of what is open
	for range min(*kills/10, 50) {
		killers.kill(t, rng, "resume", "--all")
	}
	const most = 20
	for round := 1; ; round++ {
		code, _, stderr := m.run(t, "resume", "--all")
		if code == 0 {
			t.Logf("resume --all ended with 0 in round %d", round)
			break
		}
		if round == most {
			t.Fatalf("resume --all ends with %d in round %d\n%s", code, round, stderr)
		}
	}
	m.exactlyOnce(t)
	if left := m.files(t, "unknown"); len(left) > 0 {
		t.Errorf("still in unknown/: %v", left)
	}
	t.Logf("%d records, %d resources, %d requests; left in tmp/: %d", len(m.list(t)), len(m.box.Resources()), m.requests(), len(m.files(t, "tmp")))
}

// distant puts an endpoint some milliseconds away, so that a process spends a part of its life with a request on its way.
func distant(seed uint64) func(http.Handler) http.Handler {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 1<<32))
	wait := func() {
		mu.Lock()
		d := time.Duration(rng.Int64N(int64(4 * time.Millisecond)))
		mu.Unlock()
		time.Sleep(d)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wait()
			defer wait() // before a small answer is sent
			next.ServeHTTP(w, r)
		})
	}
}

// ofCreates returns each fault for each of the two actions that anyCreate calls.
func ofCreates(faults ...string) []string {
	var both []string
	for _, fault := range faults {
		both = append(both, fmt.Sprintf(fault, "CreateRouteTable"), fmt.Sprintf(fault, "CreateNetworkAcl"))
	}
	return both
}

// anyCreate is a random command line: with a generated token, a key of its own, or one that other processes use.
func anyCreate(rng *rand.Rand) []string {
	args := createArgs()
	if rng.IntN(2) == 0 {
		args[0] = "create-network-acl"
	}
	switch rng.IntN(4) {
	case 0:
		args = append(args, "--idempotency-key", fmt.Sprint("own/", rng.Uint64()))
	case 1:
		args = append(args, "--idempotency-key", fmt.Sprint("shared/", rng.IntN(1+*kills/20)))
	}
	return args
}

// A lifetime estimates how long a process lives. It learns from each process, so that the kills are spread evenly over the lives.
type lifetime struct {
	mu   sync.Mutex
	mean time.Duration
}

// instant returns a random instant of a life.
func (l *lifetime) instant(rng *rand.Rand) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Duration(rng.Float64() * float64(l.mean))
}

// kill kills a process that has started, unless it ends before the instant. It reports whether the kill ended the process.
func (l *lifetime) kill(cmd *exec.Cmd, instant time.Duration) (killed bool) {
	timer := time.AfterFunc(instant, func() { _ = cmd.Process.Kill() }) // it may have ended
	_ = cmd.Wait()                                                      // ProcessState shows how
	timer.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if cmd.ProcessState.Exited() {
		l.mean = l.mean * 95 / 100
		return false
	}
	l.mean = l.mean * 102 / 100
	return true
}

// Killers kill processes at random instants of their lives.
type killers struct {
	*machine
	life   lifetime
	mu     sync.Mutex
	deaths map[string]int // by what the process had done
	killed int
}

// lifeOf runs a command to its end, and returns twice the time that the command took: about the life of each of four processes at once. A
// longer life than the real one costs some processes that end by themselves. With a much shorter one, all processes would be killed as they start.
func lifeOf(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	from := time.Now()
	if code, _, stderr := runToEnd(t, cmd); code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	return 2 * time.Since(from)
}

func (k *killers) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.killed
}

func (k *killers) kill(t *testing.T, rng *rand.Rand, args ...string) {
	cmd, instant := k.command(args...), k.life.instant(rng)
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	killed := k.life.kill(cmd, instant)
	found := k.left(t, cmd.Process.Pid)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !killed {
		k.deaths["ended by itself"]++
		return
	}
	k.killed++
	k.deaths[found]++
}

// What a killed process had done.
const (
	notOnRecord = "killed before it was on record"
	onRecord    = "killed on record, before the create"
	created     = "killed after the create, before that was on record"
	finished    = "killed after that was on record"
)

// left returns what a process had done.
func (k *killers) left(t *testing.T, pid int) string {
	for _, folder := range []string{"rejected", "succeeded", "unknown"} {
		for _, name := range k.files(t, folder) {
			var record struct {
				ClientToken string
				FinishedAt  *time.Time
				Process     struct{ Pid int }
			}
			data, err := os.ReadFile(filepath.Join(k.journal, folder, name))
			data = data[:bytes.LastIndexByte(data, '\n')+1] // what follows is being written, or was cut off by a kill
			data = data[bytes.LastIndexByte(bytes.TrimSpace(data), '\n')+1:]
			if os.IsNotExist(err) || err == nil && json.Unmarshal(data, &record) == nil && record.Process.Pid != pid {
				continue
			}
			if err != nil || record.Process.Pid != pid {
				t.Errorf("%s/%s is no record: %v, %q", folder, name, err, data)
				continue
			}
			for _, r := range k.box.Resources() {
				if r.ClientToken == record.ClientToken && folder == "unknown" {
					return created
				}
			}
			if folder == "unknown" && record.FinishedAt == nil {
				return onRecord
			}
			return finished
		}
	}
	return notOnRecord
}

// histogram says how the deaths are spread. Were they not, the test would test little.
func (k *killers) histogram(t *testing.T) {
	for _, what := range slices.Sorted(maps.Keys(k.deaths)) {
		t.Logf("%5d  %s", k.deaths[what], what)
	}
	for _, what := range []string{notOnRecord, onRecord, created, finished} {
		if k.deaths[what] == 0 && *kills >= 1000 { // with fewer, chance may leave one out
			t.Errorf("no process was %s", what)
		}
	}
	if *kills >= 100 && (k.deaths[notOnRecord] == 0 || k.deaths[onRecord]+k.deaths[created] == 0) {
		t.Error("the instants do not spread over a process's life: they test nothing")
	}
}
