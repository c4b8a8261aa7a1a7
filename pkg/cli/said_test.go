package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

var (
	namedIDs = regexp.MustCompile(`\b(rtb|acl|i|nat|fl|lt|import-snap)-0[0-9a-f]{16}\b`)
	hinted   = regexp.MustCompile(`(?m)^hint: .*?: awsidem ((?:resume|create|run|import).*?)(;|$)`)
)

// check returns what a run has just said that is not true.
func (s *tale) check(p step, r run) (broken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	printed := namedIDs.FindAllString(r.stdout, -1)
	made, there := s.made()
	fmt.Fprintf(&s.told, "\n--- %+v\nexit %d, printed %q, made %d, there %d\n%s", p, r.code, printed, len(made), there, r.stderr)

	unseen := r.code != exitOK && (strings.Contains(r.stderr, "is not visible after") || strings.Contains(r.stderr, "was created, but is "))
	wasOpen := s.open || s.live > 1
	several := s.ensure == sometimes && p.args[0] == "resume" // intents, which end one after the other
	s.learn(r, len(printed) > 0, unseen, several)
	// Nobody knows what no journal has. What is known to be made with other parameters is another intent.
	knows := (s.known || !s.blind) && !several && (wasOpen || !s.other(p, made))
	another := func(id string) bool { return !slices.Contains(idsOf(made), id) }
	hints := hinted.FindAllStringSubmatch(r.stderr, -1)
	if len(hints) > 0 {
		s.hint = hints[len(hints)-1][1]
	}
	records, _, _ := journal.Open(s.dir).Find(context.Background(), s.token)
	looked := !slices.Contains(p.args, "--no-wait") && !strings.Contains(r.stderr, "can't check that")
	switch {
	case r.code == exitUsage && p.offRecord:
		return ""
	case r.code == exitOther && strings.Contains(r.stderr, "so long ago that EC2 may have forgotten"): // and it must not be described
	case r.code == exitOther && strings.Contains(r.stderr, "but its state is ") && len(made) > there: // deleted before a run saw it
	case !slices.Contains([]int{exitOK, exitMismatch, exitUnknown, exitRejected, 143}, r.code):
		return "no exit code for this"
	case len(made) > sampleCount(s.op):
		return "made twice"
	case slices.ContainsFunc(printed, another), slices.ContainsFunc(namedIDs.FindAllString(r.stderr, -1), another):
		return "named what was not made"
	case len(hints) > 0 && strings.HasPrefix(s.hint, "resume") && len(records) == 0:
		return "a hint at what is not on record"
	case r.code == exitOK && len(printed) == 0 && !slices.Contains(p.args, "--all"):
		return "success with nothing"
	case r.code == exitOK && len(printed) > 0 && looked && there == 0:
		return "success with what is gone"
	case r.code != exitOK && len(printed) > 0 && !unseen && p.args[0] != "resume":
		return "stdout on failure"
	case r.code == exitRejected && there > 0 && knows:
		return "rejected, but there"
	case r.code == exitMismatch && len(made) == 0 && !refusedHere(r):
		return "a mismatch with nothing"
	}
	return s.nothing(p, r, made, knows && there > 0)
}

// refusedHere reports whether a run ended with a mismatch that the journal alone shows.
func refusedHere(r run) bool { return strings.Contains(r.stderr, "the uses of the token: ") }

// learn takes what a run said into the tale.
func (s *tale) learn(r run, printed, unseen, several bool) {
	s.code, s.refusedHere = r.code, refusedHere(r)
	s.codes[r.code]++
	s.live--
	made := printed && !unseen
	s.done = s.done || made
	settled := made || r.code == exitMismatch && !refusedHere(r) || strings.Contains(r.stderr, "IdempotentParameterMismatch") && !refusedHere(r)
	unknown := !several && (unseen || strings.Contains(r.stderr, "the outcome is unknown") ||
		strings.Contains(r.stderr, `"Outcome": "unknown"`) && !s.done) // or it is on record as made
	if recorded(r) && (settled || unknown && s.live == 0) { // what a run that goes on does may be what is unknown
		s.open, s.known = unknown, true
	}
}

// other reports whether what was made was made with other parameters than a run's: the tag is one. A resume may have both.
func (s *tale) other(p step, made []sandbox.Resource) bool {
	return s.ensure == sometimes && len(made) > 0 && (p.args[0] != s.create[0] || slices.Contains(p.args, "--ensure") != ensured(made))
}

func ensured(made []sandbox.Resource) bool { return len(made) > 0 && made[0].Tags[ensure.TagKey] != "" }

// nothing returns how it is not true that nothing was created, each time that a run says so.
func (s *tale) nothing(p step, r run, made []sandbox.Resource, there bool) (broken string) {
	why := ""
	for line := range strings.Lines(r.stderr) {
		switch {
		case strings.Contains(line, "An error occurred"), strings.Contains(line, `"Code":`), strings.Contains(line, "is gone"):
			why = line
		case !strings.Contains(line, "nothing was created") && !strings.Contains(line, `"Outcome": "rejected"`):
		case strings.Contains(why, "is gone"):
			if _, there := s.made(); len(made) == 0 || there > 0 {
				return "said to be gone"
			}
		case strings.Contains(why, "IdempotentParameterMismatch"):
			if !s.other(p, made) && !refusedHere(r) { // a use on record need not have made anything
				return "said to be made with other parameters"
			}
		case there:
			return "said that nothing was created"
		}
	}
	return ""
}

// listed returns how the journal is wrong, while no run goes on.
func (s *tale) listed() (broken string) {
	_, there := s.made()
	switch {
	case s.open && !s.lists("unknown"):
		return "unknown, and not listed as that"
	case there > 0 && !s.blind && !s.lists("unknown") && !s.lists("succeeded"):
		return "made, and not listed"
	}
	return ""
}

// lists reports whether journal list has the token with an outcome.
func (s *tale) lists(outcome string) bool {
	r := s.world.runRecorded(context.Background(), s.dir, "journal", "list", "--outcome", outcome, "--query", "Intents[].ClientToken")
	return strings.Contains(r.stdout, s.token)
}

// end ends the tale: where nothing is in the way any more, there is one resource, unless it was deleted, and nothing is unknown.
func (s *tale) end() (broken string) {
	patient := []string{"--max-attempts", "99", "--max-elapsed-time", "24h", "--token-window", "1000h"}
	resume := func() string { return s.until(exitOK, append([]string{"resume", "--all"}, patient...)) }
	create := func() string {
		args, code := slices.Concat(s.create, s.names, patient), exitOK
		made, there := s.made()
		if len(made) > there {
			code = exitMismatch
		}
		ways := [][]string{args, append(slices.Clone(args), "--ensure")}
		if ensured(made) || s.ensure == always {
			slices.Reverse(ways)
		}
		broken := s.until(code, ways[0])
		if broken == refused { // the first use of the token on record was the other way
			broken = s.until(code, ways[1])
		}
		return broken
	}
	ends := []func() string{create, resume}
	if s.resumesFirst {
		slices.Reverse(ends)
	}
	for _, end := range ends {
		synctest.Wait() // for what is applied late
		if broken := end(); broken != "" {
			return broken
		}
	}
	if made, _ := s.made(); len(made) != sampleCount(s.op) || s.lists("unknown") {
		return fmt.Sprintf("in the end, made %d", len(made))
	}
	return s.listed()
}

const refused = "refused, by the use on record"

// until runs awsidem until it ends with a code: what is left of the faults goes by.
func (s *tale) until(code int, args []string) (broken string) {
	for range 50 {
		switch broken = s.step(step{args: args}); {
		case broken == "" && s.refusedHere:
			return refused
		case broken != "" || s.code == code:
			return broken
		}
		time.Sleep(2 * ensure.Settled)
	}
	return "never settled"
}

// What several runs with one token and one journal say is true of all of them, not only of the run that says it: that there is one
// resource, that nothing was created, that it is gone, that the outcome is unknown and what settles it. The runs come one after
// the other or at once; they are refused, interrupted, killed, resumed, or can't write the journal.
func TestSaid(t *testing.T) {
	t.Parallel()
	dir := memoryDir(t)
	most, nothing := slow(15), 0
	codes := map[int]int{}
	checkSome(t, 15, func(rt *rapid.T, n int) (broken string) {
		s, log := drawTale(rt), filepath.Join(dir, fmt.Sprint(n))
		synctest.Test(t, func(*testing.T) { broken = s.run(log) })
		_ = os.RemoveAll(log)
		for code, runs := range s.codes {
			codes[code] += runs
		}
		nothing += strings.Count(s.told.String(), "nothing was created")
		if broken != "" {
			broken += "\n" + s.told.String()
		}
		return broken
	})
	t.Logf("runs by exit code: %v; said that nothing was created: %d", codes, nothing)
	for _, code := range []int{exitOK, exitMismatch, exitUnknown, exitRejected, 143} {
		if most >= 300 && (codes[code] == 0 || nothing == 0) { // of fewer, chance may leave one out
			t.Errorf("no run ended with exit code %d: this does not test it", code)
		}
	}
}
