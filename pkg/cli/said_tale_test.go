package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A tale is what becomes of one token in several runs with one journal.
type tale struct {
	op           awsec2.Operation
	create       []string // the command line, without the flags that name the token
	token        string
	names        []string // the flags that name the token
	ensure       string   // which runs have --ensure
	config       sandbox.Config
	steps        []step
	resumesFirst bool // in the end

	world *world
	dir   string // the journal's

	mu          sync.Mutex
	live        int             // runs
	open        bool            // the outcome was said to be unknown, and that is on record
	done        bool            // a run ended with the resource
	known       bool            // what may have been made is on record
	blind       bool            // something may have been made that is not
	hint        string          // the last command that was hinted at
	code        int             // of the last run that ended
	refusedHere bool            // the last run ended so
	codes       map[int]int     // of all
	told        strings.Builder // what was run and said
}

// A step of a tale is one run.
type step struct {
	args                []string // "hint" alone: what was hinted at last
	pause               time.Duration
	beside              bool // it begins when the run before it has run for the pause, and may go on
	unwritable          bool // the journal
	deleted             bool // what was made, before it
	interrupted, killed time.Duration

	offRecord bool // it resumes what is not on record
}

const never, always, sometimes = "never", "always", "sometimes"

func drawTale(t *rapid.T) *tale {
	s := &tale{op: drawOperation(t), codes: map[int]int{}}
	s.create = createFrom(s.op, sampleInput(s.op))
	s.token, s.names = "said-T", []string{"--client-token", "said-T"}
	if rapid.Bool().Draw(t, "key") {
		s.token, _ = clienttoken.Derive(s.op.Name, "key") // a good key
		s.names = []string{"--idempotency-key", "key"}
	}
	s.ensure = rapid.SampledFrom([]string{never, always, sometimes}).Draw(t, "ensure")
	s.config.Seed = rapid.Uint64().Draw(t, "seed")
	s.config.VisibilityLag = rapid.SampledFrom([]time.Duration{0, 0, 20 * time.Second, 3 * time.Minute}).Draw(t, "lag")
	s.config.Faults = sandbox.MustFaults(rapid.SliceOfN(rapid.Custom(s.drawFault), 0, 8).Draw(t, "faults")...)
	s.steps = rapid.SliceOfN(rapid.Custom(s.drawStep), 1, 6).Draw(t, "steps")
	s.resumesFirst = rapid.Bool().Draw(t, "resumes first")
	return s
}

// drawFault draws one that ends: the faults are given in their order, and each run takes what the one before it left.
func (s *tale) drawFault(t *rapid.T) string {
	var kinds []string
	for _, kind := range sandbox.Faults() {
		if kind.Name != "failed-state" && kind.Name != "partial-success" { // TestPromise has them
			kinds = append(kinds, kind.Name)
		}
	}
	refused := []string{"UnauthorizedOperation", "RouteTableLimitExceeded", "InvalidVpcID.NotFound", "throttle"}
	lost := []string{"lost-response", "hang-after", "unavailable-after", "hang", "drop", "late-apply", "slow"} // and one that loses nothing
	kind := rapid.OneOf(rapid.SampledFrom(refused), rapid.SampledFrom(lost), rapid.SampledFrom(kinds)).Draw(t, "kind")
	action, times := s.op.Name, rapid.IntRange(1, 3).Draw(t, "times")
	if rapid.IntRange(0, 4).Draw(t, "describe") == 4 {
		action = s.op.Describe
	}
	fault := fmt.Sprintf("%s:%s=x%d", kind, action, times)
	if _, err := sandbox.ParseFault(fault); err != nil || strings.Contains(fault, "VpcID.NotFound:Describe") { // it makes no sense there
		return "reset:" + action
	}
	return fault
}

func (s *tale) drawStep(t *rapid.T) step {
	var p step
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 7:
		p.args = []string{"resume", "--all"}
	case 8:
		p.args = []string{"resume", s.token}
	case 9:
		return step{args: []string{"hint"}}
	default:
		p.args = slices.Concat(s.create, s.names)
		if s.ensure == always || s.ensure == sometimes && rapid.Bool().Draw(t, "ensures") {
			p.args = append(p.args, "--ensure")
		}
	}
	p.args = append(p.args, "--max-attempts", fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "attempts")))
	if rapid.Bool().Draw(t, "no wait") {
		p.args = append(p.args, "--no-wait")
	} else {
		p.args = append(p.args, "--wait-timeout", rapid.SampledFrom([]string{"1s", "1m", "6m"}).Draw(t, "wait timeout"))
	}
	if rapid.IntRange(0, 5).Draw(t, "structured") == 5 {
		p.args = append(p.args, "--cli-error-format", "json")
	}
	p.unwritable = s.ensure != sometimes && rapid.IntRange(0, 3).Draw(t, "unwritable") == 3 // there it is hard to tell what is known
	p.deleted = rapid.IntRange(0, 15).Draw(t, "deleted") == 15
	switch rapid.IntRange(0, 9).Draw(t, "when") {
	case 7:
		p.pause = rapid.SampledFrom([]time.Duration{time.Second, 6 * time.Minute, 25 * time.Hour}).Draw(t, "pause")
	case 8, 9:
		p.beside, p.deleted = true, false
		p.pause = time.Duration(rapid.IntRange(0, 30_000).Draw(t, "milliseconds")) * time.Millisecond
	}
	switch rapid.IntRange(0, 9).Draw(t, "end") {
	case 8:
		p.interrupted = time.Duration(rapid.IntRange(1, 30_000).Draw(t, "interrupted")) * time.Millisecond
	case 9:
		p.killed = time.Duration(rapid.IntRange(1, 30_000).Draw(t, "killed")) * time.Millisecond
	}
	return p
}

// run runs the tale, in a synctest bubble, and returns the first thing that was said and is not true, "" if all is.
func (s *tale) run(dir string) string {
	w, stop := newWorld(s.config)
	defer stop()
	s.world, s.dir = w, dir
	var running sync.WaitGroup
	broken := make([]string, len(s.steps))
	for i, p := range s.steps {
		if !p.beside {
			running.Wait()
			if broken := cmp.Or(append(broken, s.listed())...); broken != "" {
				return broken
			}
		}
		time.Sleep(p.pause + time.Duration(i)*time.Microsecond) // no two runs are to do anything at the same moment
		if p.beside || i+1 < len(s.steps) && s.steps[i+1].beside {
			p.killed = 0 // only of one alone the journal can be taken back
		}
		running.Go(func() { broken[i] = s.step(p) })
	}
	running.Wait()
	if broken := cmp.Or(append(broken, s.listed())...); broken != "" {
		return broken
	}
	return s.end()
}

// step makes a run, and returns what it said that is not true.
func (s *tale) step(p step) (broken string) {
	records, _, _ := journal.Open(s.dir).Find(context.Background(), s.token)
	s.mu.Lock()
	p.offRecord = len(records) == 0 && p.args[0] == "resume"
	if p.args[0] == "hint" {
		p.args = strings.Fields(s.hint)
		for i, arg := range p.args {
			p.args[i] = strings.Trim(arg, "'") // the hint is quoted for a shell
		}
	}
	if len(p.args) > 0 {
		s.live++
		s.blind = s.blind || p.unwritable
	}
	s.mu.Unlock()
	if len(p.args) == 0 {
		return ""
	}
	if p.deleted {
		s.remove()
	}
	if p.unwritable {
		defer unwritable(s.dir)()
	}
	ctx, cancel := interruptAfter(p.interrupted)
	defer cancel()
	var kill <-chan time.Time
	if p.killed > 0 {
		kill = time.After(p.killed)
	}
	ended := make(chan run, 1)
	go func() { ended <- s.world.runRecorded(ctx, s.dir, p.args...) }()
	select {
	case r := <-ended:
		return s.check(p, r)
	case <-kill:
	}
	synctest.Wait() // until all is done that is done at this moment
	select {
	case r := <-ended:
		return s.check(p, r)
	default:
	}
	return s.kill(p, func() run { cancel(); return <-ended })
}

// kill ends a run as SIGKILL does: what it does from now on does not come into the journal.
func (s *tale) kill(p step, end func() run) (broken string) {
	left := s.dir + ".left"
	err := os.CopyFS(left, os.DirFS(s.dir))
	files, _ := filepath.Glob(filepath.Join(left, "unknown", "*")) // a good pattern
	for _, file := range files {
		data, readErr := os.ReadFile(file)
		data = bytes.ReplaceAll(data, []byte(`"Host":"`), []byte(`"Host":"x`)) // so that its process is not this one, which lives
		err = errors.Join(err, readErr, os.WriteFile(file, data, 0o600))
	}
	r := end()
	if err = errors.Join(err, os.RemoveAll(s.dir), os.Rename(left, s.dir)); err != nil {
		return err.Error()
	}
	s.live, s.open, s.known = 0, s.open || recorded(r), s.known || recorded(r)
	fmt.Fprintf(&s.told, "\n--- %q, killed after %s\n", p.args, p.killed)
	return ""
}

// unwritable lets a journal be read and not written, and returns what ends that.
func unwritable(dir string) (writable func()) {
	tmp, away := filepath.Join(dir, "tmp"), dir+".tmp"
	if info, err := os.Lstat(tmp); err == nil && !info.IsDir() {
		return func() {} // another run sees to it
	}
	_ = os.MkdirAll(dir, 0o700)
	moved := os.Rename(tmp, away) == nil
	_ = os.WriteFile(tmp, nil, 0o600) // if that fails, recorded reports
	return func() {
		_ = os.Remove(tmp)
		if moved {
			_ = os.Rename(away, tmp)
		}
	}
}

func recorded(r run) bool { return !strings.Contains(r.stderr, "the journal can't be written") }

// made returns what the token made, and how many of it are there.
func (s *tale) made() (made []sandbox.Resource, there int) {
	for _, r := range s.world.Resources() {
		if r.ClientToken == s.token {
			made = append(made, r)
			if !r.Deleted {
				there++
			}
		}
	}
	return made, there
}

// remove deletes what the token made.
func (s *tale) remove() {
	made, _ := s.made()
	for _, r := range made {
		action, parameter := deleteOf(s.op.Name)
		s.world.call(action, url.Values{parameter: {r.ID}})
	}
}

// deleteOf returns the action that deletes what an operation makes, and the action's parameter for an id.
func deleteOf(operation string) (action, parameter string) {
	action, parameter, _ = strings.Cut(map[string]string{
		"CreateRouteTable":     "DeleteRouteTable RouteTableId",
		"CreateNetworkAcl":     "DeleteNetworkAcl NetworkAclId",
		"RunInstances":         "TerminateInstances InstanceId.1",
		"CreateNatGateway":     "DeleteNatGateway NatGatewayId",
		"CreateFlowLogs":       "DeleteFlowLogs FlowLogId.1",
		"CreateLaunchTemplate": "DeleteLaunchTemplate LaunchTemplateId",
		"ImportSnapshot":       "CancelImportTask ImportTaskId",
	}[operation], " ")
	return action, parameter
}
