package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// resumed runs the schedule with a journal, in a synctest bubble, and resumes what it left open, with what is left of its faults,
// until nothing is. It returns the first run's exit code, how many resumes there were, and how the promise was broken, "" if it
// was kept.
func (s schedule) resumed(dir string) (code, resumes int, broken string) {
	w, stop := newWorld(s.config)
	defer stop()
	if s.usedBefore {
		s.useBefore(w)
	}
	before := len(w.Resources())
	ctx, cancel := interruptAfter(s.interrupted)
	defer cancel()
	runs := []run{w.runRecorded(ctx, dir, s.args...)}
	code = runs[0].code
	log := journal.Open(dir)
	for open(log) && broken == "" {
		time.Sleep(time.Second) // of fake time: else a thousand resumes that fail at once could all end before a resource is usable
		last := w.runRecorded(context.Background(), dir, "resume", "--all", "--wait-timeout", waitTimeout.String(), "--max-attempts", fmt.Sprint(1+resumes))
		runs = append(runs, last)
		resumes++
		made := w.Resources()[before:]
		switch {
		case len(made) > sampleCount(s.op):
			broken = "made twice"
		case (last.code == exitOK || last.failed()) && (len(made) == 0 || !last.printed(made)):
			broken = "success, but not with the resource printed"
		case (last.code == exitOK || last.failed()) && open(log):
			broken = "success, but still unknown on record"
		case last.terminated() && len(made) > 0:
			return code, resumes, ""
		case len(made) > 0 && strings.Contains(last.stderr, "nothing was created"):
			broken = "said that nothing was created"
		case last.code == exitMismatch && (!s.usedBefore || len(made) > 0) || last.code == exitRejected:
			broken = "settled by what settles nothing"
		case resumes == 1000:
			broken = "never settled"
		}
	}
	made := w.Resources()[before:]
	records, problems, err := log.Records(context.Background())
	switch {
	case broken != "":
	case err != nil || len(problems) > 0 || len(records) > 1:
		broken = fmt.Sprintf("on record: %v, %v, %+v", err, problems, records)
	case len(records) == 0 && len(made) > 0:
		broken = "made, and not on record"
	case len(records) == 1 && (records[0].Outcome == idem.Succeeded) != (len(made) > 0),
		len(made) > 0 && !slices.Equal(records[0].ResourceIDs, idsOf(made)):
		broken = fmt.Sprintf("on record as %s, %s, made %d", records[0].Outcome, records[0].ResourceIDs, len(made))
	}
	if broken != "" {
		for _, r := range runs {
			broken += fmt.Sprintf("\n--- exit %d\n%s%s", r.code, r.stdout, r.stderr)
		}
	}
	return code, resumes, broken
}

// terminated reports whether a run ended because the instances of the token are terminated, as instances are that fail to start.
func (r run) terminated() bool {
	return r.code == exitMismatch && (strings.Contains(r.stderr, "IdempotentInstanceTerminated") || strings.Contains(r.stderr, "belongs to i-"))
}

func idsOf(made []sandbox.Resource) []string {
	var ids []string
	for _, r := range made {
		ids = append(ids, r.ID)
	}
	return ids
}

// open reports whether anything is unknown on record.
func open(log *journal.Journal) bool {
	records, _, _ := log.Records(context.Background()) // resumed looks at the rest
	for _, r := range records {
		if r.Outcome == idem.OutcomeUnknown {
			return true
		}
	}
	return false
}

// A run that ended with the outcome unknown, or interrupted, is followed by runs of resume --all, which fail in their turn. In the
// end there is exactly one resource, and it is the one printed and the one on record; or none, and that is on record.
func TestPromiseOfResume(t *testing.T) {
	t.Parallel()
	kinds := []string{"UnauthorizedOperation", "RouteTableLimitExceeded", "InsufficientInstanceCapacity", "ServiceUnavailable"}
	for _, kind := range sandbox.Faults() {
		kinds = append(kinds, kind.Name)
	}
	dir := memoryDir(t)
	most, resumes := slow(30), 0
	codes := map[int]int{}
	checkSome(t, 30, func(rt *rapid.T, n int) (broken string) {
		s := drawSchedule(rt, kinds)
		if s.usedBefore = s.usedBefore && rapid.Bool().Draw(rt, "used before, too"); rapid.Bool().Draw(rt, "short") {
			s.args = append(s.args, "--max-attempts", "1")
		}
		synctest.Test(t, func(*testing.T) {
			code, more, how := s.resumed(filepath.Join(dir, fmt.Sprint(n)))
			codes[code]++
			resumes += more
			broken = how
		})
		return broken
	})
	t.Logf("schedules by exit code: %v; resumes: %d", codes, resumes)
	if resumes == 0 || most >= 600 && (resumes < most/4 || codes[exitUnknown] == 0 || codes[143] == 0) { // of fewer, chance may leave one out
		t.Error("too little was left open: this does not test it")
	}
}

// A record by somebody else's hand, whose token EC2 could never answer with, is not sent.
func TestResumableToken(t *testing.T) {
	a := &app{Env: Env{Lookup: func(string) (string, bool) { return "", false }}}
	for token, want := range map[string]bool{"T": true, "": false, "a\x01": false, strings.Repeat("x", 65): false} {
		if err := a.resumable(journal.Record{Intent: idem.Intent{Operation: "CreateRouteTable", ClientToken: token}}); (err == nil) != want {
			t.Errorf("%q: %v", token, err)
		}
	}
}
