package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// A tally prints how entries end, counts them, and decides what ends the run.
type tally struct {
	app   *app
	total int
	start time.Time
	bar   *progress

	mu            sync.Mutex
	counts        map[string]int // by what the summary calls them
	codes         map[int]int    // by exit code
	retries       int
	failures      int
	warned        map[string]bool
	unrecorded    error // the journal can't be written
	misconfigured error // why the first lane that was skipped can't be worked on
	silent        int   // entries in a row that ended without an answer of EC2
}

func newTally(a *app, total int) *tally {
	now := time.Now()
	return &tally{app: a, total: total, start: now, bar: newProgress(a.Err, total, now), counts: map[string]int{}, codes: map[int]int{}, warned: map[string]bool{}}
}

// A resultLine is what is printed of an entry. Its keys do not change.
type resultLine struct {
	Index       int      `json:"index"`
	Key         string   `json:"key"`
	Outcome     string   `json:"outcome"`
	ClientToken string   `json:"client_token"`
	ResourceID  string   `json:"resource_id"`
	ResourceIDs []string `json:"resource_ids,omitempty"` // all, if there are several
	ErrorCode   string   `json:"error_code"`
	Error       string   `json:"error"`
	Attempts    int      `json:"attempts"`
}

// mostSilent is how many entries in a row may end without an answer of EC2, each after its whole budget.
const mostSilent = 8

// errNoAnswer ends a run when nothing answers any more.
var errNoAnswer = errors.New("EC2 does not answer any more")

// ended takes the end of an entry. It is called one at a time.
func (t *tally) ended(r batch.Result) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := resultLine{
		Index: r.Index, Key: r.Key, Outcome: string(idem.Succeeded), ClientToken: r.Intent.ClientToken, ResourceID: r.ResourceID, ResourceIDs: r.ResourceIDs, Attempts: r.Attempts,
	}
	code := exitOK
	if r.Err != nil {
		code = exitCode(r.Err)
		t.describe(&line, r.Err)
	}
	t.counts[line.Outcome]++
	t.codes[code]++
	t.retries += max(line.Attempts-1, 0)
	t.silent++
	if !unanswered(r.Err) {
		t.silent = 0
	}
	t.bar.clear()
	if code != exitOK {
		t.sayFailure(line)
	}
	var printed writerFunc = t.app.result
	lines := json.NewEncoder(printed)
	lines.SetEscapeHTML(false) // a person reads them, too
	err := lines.Encode(line)
	t.bar.advance()
	switch {
	case err != nil:
		return &outputError{err}
	case unwritten(r.Err):
		return r.Err
	case t.unrecorded != nil:
		return t.unrecorded
	case code == exitMisconfigured: // another profile may have credentials
		t.misconfigured = cmp.Or(t.misconfigured, r.Err)
		return batch.ErrSkipLane
	case t.silent >= mostSilent:
		return fmt.Errorf("%w: %s", errNoAnswer, line.Error)
	}
	return nil
}

// mostSaid is how many failures are said on stderr, too.
const mostSaid = 5

// sayFailure says on stderr which entry failed, of the first few.
func (t *tally) sayFailure(line resultLine) {
	t.failures++
	if t.failures > mostSaid || structuredErrors(t.app.global.errorFormat) {
		return
	}
	name := cmp.Or(line.Key, line.ClientToken)
	t.app.say("entry %d (%s) is %s: %s: %s", line.Index, name, line.Outcome, line.ErrorCode, line.Error)
	if t.failures == mostSaid {
		t.app.say("further entries that fail are on stdout alone")
	}
}

// describe says how an entry failed.
func (t *tally) describe(line *resultLine, err error) {
	var outcome *idem.OutcomeError
	line.Outcome = string(idem.OutcomeUnknown)
	if errors.As(err, &outcome) {
		line.Outcome, line.Attempts = string(outcome.Outcome), outcome.Attempts
	}
	f := explain(err)
	line.ErrorCode, line.Error = f.Code, f.Message
}

// unanswered reports whether EC2 answered nothing to the last attempt of an entry.
func unanswered(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Verdict.Retry() && attempt.Code == ""
}

// unwritten reports whether an error says that the journal can't be written.
func unwritten(err error) bool {
	var write *journal.WriteError
	return errors.As(err, &write)
}

// warn says what went wrong and ended no entry, each thing once.
func (t *tally) warn(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if unwritten(err) {
		t.unrecorded = err
		return
	}
	text := err.Error()
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) {
		text = attempt.Code
	}
	if !t.warned[text] {
		t.warned[text] = true
		t.bar.clear()
		t.app.caution("%v (this is said once)", err)
	}
}

// interrupted says that no further entry is begun.
func (t *tally) interrupted() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bar.clear()
	t.app.note("interrupted: no further entry is begun; waiting for those in flight (a second interrupt kills, and loses nothing)")
}

// conclude says how the run ended. stopped is what ended it before its last entry.
func (t *tally) conclude(stopped error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bar.clear()
	ended := t.codes[exitOK]
	var parts []string
	for _, outcome := range []idem.Outcome{idem.Succeeded, idem.NothingCreated, idem.OutcomeUnknown} {
		if n := t.counts[string(outcome)]; n > 0 || outcome == idem.Succeeded {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	for code, n := range t.codes {
		if code != exitOK {
			ended += n
		}
	}
	if left := t.total - ended; left > 0 {
		parts = append(parts, fmt.Sprintf("%d not begun", left))
	}
	elapsed := time.Since(t.start)
	parts = append(parts, plural(t.retries, "retry", "retries"))
	t.app.note("%s in %s (%.1f a second): %s", plural(t.total, "entry", "entries"), roundDelay(elapsed), float64(ended)/max(elapsed.Seconds(), 1e-3), strings.Join(parts, ", "))
	if ended == t.total && t.codes[exitOK] == ended && t.unrecorded == nil {
		var output *outputError
		if !errors.As(stopped, &output) {
			return nil
		}
	}
	stopped = cmp.Or(stopped, t.unrecorded, t.misconfigured)
	code := t.worst(stopped)
	return &applyError{err: stopped, code: code, again: t.app.sameAgain(), refused: stopped == nil && code == exitRejected}
}

// worst is the exit code of a run that did not succeed.
func (t *tally) worst(stopped error) int {
	switch {
	case stopped != nil && !errors.Is(stopped, errNoAnswer):
		return exitCode(stopped)
	case t.codes[exitUnknown] > 0:
		return exitUnknown
	case t.codes[exitMisconfigured] > 0:
		return exitMisconfigured
	case t.codes[exitMismatch]+t.codes[exitRejected] > 0:
		return exitRejected
	}
	return exitOther
}

// sameAgain is the command line of this run.
func (a *app) sameAgain() string {
	return shellQuote(append([]string{"awsidem"}, a.args...))
}

// An applyError is a run that did not succeed.
type applyError struct {
	err     error // what ended it; nil if it came to its end
	code    int
	again   string
	refused bool // all that failed was refused: to run it again alone does not help
}

func (e *applyError) Error() string {
	if e.err == nil {
		return "not all entries succeeded"
	}
	return e.err.Error()
}

func (e *applyError) Unwrap() error { return e.err }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
