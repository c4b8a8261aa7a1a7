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

// A tally prints and counts the results of apply's entries, and decides which result ends the run.
type tally struct {
	app   *app
	total int // the number of entries in the manifest
	start time.Time

	mu            sync.Mutex // guards the fields below, and is held while something is printed
	bar           *progressBar
	counts        map[string]int  // results by outcome
	codes         map[int]int     // results by exit code
	flawed        int             // results of resources that failed, or that are only a part of what was asked for
	retries       int             // the attempts after the first attempt of each entry
	failures      int             // the entries that did not succeed
	warned        map[string]bool // the warnings and notes that were printed, by their error code or text
	unrecorded    error           // the error of writing the journal
	misconfigured error           // the first configuration error of an entry
	unanswered    int             // how many entries in a row ended without an answer of EC2
}

func newTally(a *app, total int) *tally {
	now := time.Now()
	return &tally{
		app: a, total: total, start: now, bar: newProgressBar(a.Err, total, now),
		counts: map[string]int{}, codes: map[int]int{}, warned: map[string]bool{},
	}
}

// A resultLine is the line that apply prints for an entry. Scripts rely on its keys.
type resultLine struct {
	Index       int      `json:"index"`
	Key         string   `json:"key"`
	Outcome     string   `json:"outcome"`
	ClientToken string   `json:"client_token"`
	ResourceID  string   `json:"resource_id"`
	ResourceIDs []string `json:"resource_ids,omitempty"` // all ids, if the operation can create several resources
	ErrorCode   string   `json:"error_code"`
	Error       string   `json:"error"`
	Attempts    int      `json:"attempts"`
}

func newResultLine(r batch.Result) resultLine {
	line := resultLine{
		Index: r.Index, Key: r.Key, Outcome: string(idem.Succeeded), ClientToken: r.Intent.ClientToken,
		ResourceID: r.ResourceID, ResourceIDs: r.ResourceIDs, Attempts: r.Attempts,
	}
	if r.Err == nil {
		return line
	}
	line.Outcome = string(idem.OutcomeUnknown)
	var outcome *idem.OutcomeError
	if errors.As(r.Err, &outcome) {
		line.Outcome, line.Attempts = string(outcome.Outcome), outcome.Attempts
	}
	f := explain(r.Err)
	line.ErrorCode, line.Error = f.Code, f.Message
	return line
}

// maxUnanswered is how many entries in a row may use up their attempts without an answer of EC2 before the run ends.
const maxUnanswered = 8

var errNoAnswer = errors.New("EC2 does not answer any more")

// ended prints and counts the result of an entry. It returns nil if the run goes on, batch.ErrSkipLane if the lane ends, or the error that ends
// the run.
func (t *tally) ended(r batch.Result) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, code := newResultLine(r), exitOK
	switch {
	case is[*journal.TooLargeError](r.Err) && line.Outcome == string(idem.NothingCreated):
		code = exitRejected // as if EC2 had refused its parameters
	case is[*journal.TooLargeError](r.Err): // an earlier run left the outcome unknown
		code = exitUnknown
	case r.Err != nil:
		code = exitCode(r.Err)
	}
	t.counts[line.Outcome]++
	t.codes[code]++
	if code != exitOK && line.Outcome == string(idem.Succeeded) {
		t.flawed++
	}
	t.retries += max(line.Attempts-1, 0)
	t.unanswered++
	if !isUnanswered(r.Err) {
		t.unanswered = 0
	}
	t.bar.clear()
	if code != exitOK {
		t.sayFailure(line)
	}
	err := t.print(line)
	t.bar.advance()
	switch {
	case err != nil:
		return &outputError{err}
	case isUnwritten(r.Err):
		return r.Err
	case t.unrecorded != nil:
		return t.unrecorded
	case code == exitMisconfigured: // entries with another profile may succeed
		t.misconfigured = cmp.Or(t.misconfigured, r.Err)
		return batch.ErrSkipLane
	case t.unanswered >= maxUnanswered:
		return fmt.Errorf("%w: %s", errNoAnswer, line.Error)
	}
	return nil
}

func (t *tally) print(line resultLine) error {
	var stdout writerFunc = t.app.result
	lines := json.NewEncoder(stdout)
	lines.SetEscapeHTML(false) // people read the lines, too
	return lines.Encode(line)
}

// maxReported is how many failed entries are reported on stderr.
const maxReported = 5

// sayFailure reports a failed entry on stderr, up to maxReported times.
func (t *tally) sayFailure(line resultLine) {
	t.failures++
	if t.failures > maxReported || structuredErrors(t.app.global.errorFormat) {
		return
	}
	outcome := " is " + line.Outcome
	if line.Outcome == string(idem.Succeeded) {
		outcome = "" // the error names what was created
	}
	t.app.say("entry %d (%s)%s: %s: %s", line.Index, cmp.Or(line.Key, line.ClientToken), outcome, line.ErrorCode, line.Error)
	if t.failures == maxReported {
		t.app.say("further failed entries are reported only on stdout")
	}
}

// isUnanswered reports whether EC2 did not answer the last attempt of an entry.
func isUnanswered(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Verdict.Retry() && attempt.Code == ""
}

// isUnwritten reports whether the journal could not be written. If only one create is too large for the journal, other creates can be written.
func isUnwritten(err error) bool {
	if is[*journal.TooLargeError](err) {
		return false
	}
	var unwritten *journal.WriteError
	return errors.As(err, &unwritten)
}

// warn reports an error that ended no entry, once for each error code.
func (t *tally) warn(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if isUnwritten(err) {
		t.unrecorded = err
		return
	}
	what := err.Error()
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) {
		what = attempt.Code
	}
	if !t.warned[what] {
		t.warned[what] = true
		t.bar.clear()
		t.app.caution("%v (reported once)", err)
	}
}

// busy reports whether an error means that another process works on an entry. The first time, it prints a note.
func (t *tally) busy(err error) bool {
	if !is[*journal.TakenError](err) {
		return false
	}
	const what = "busy"
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.warned[what] {
		t.warned[what] = true
		t.bar.clear()
		t.app.note("another process works on some entries of this manifest: this process waits for them after all others")
	}
	return true
}

// interrupted reports that no more entries are started.
func (t *tally) interrupted() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bar.clear()
	t.app.note("interrupted: no more entries are started; waiting for those in flight (a second interrupt kills, and loses nothing)")
}

// conclude prints the summary of the run. It returns an applyError unless all entries succeeded. stopped is the error that ended the
// run early, or nil.
func (t *tally) conclude(stopped error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bar.clear()
	ended := 0
	for _, n := range t.codes {
		ended += n
	}
	t.summarize(ended)
	var output *outputError
	if t.codes[exitOK] == t.total && t.unrecorded == nil && !errors.As(stopped, &output) {
		return nil
	}
	stopped = cmp.Or(stopped, t.unrecorded, t.misconfigured)
	code := t.exitCode(stopped)
	again := shellQuote(append([]string{"awsidem"}, t.app.args...))
	return &applyError{
		err: stopped, code: code, again: again,
		refused: stopped == nil && code == exitRejected, useless: stopped == nil && t.codes[exitOK]+t.flawed == t.total,
	}
}

// summarize prints how many entries ended with each outcome, and how fast.
func (t *tally) summarize(ended int) {
	parts := []string{fmt.Sprintf("%d %s", t.counts[string(idem.Succeeded)]-t.flawed, idem.Succeeded)}
	if t.flawed > 0 {
		parts = append(parts, fmt.Sprintf("%d created, but failed or incomplete", t.flawed))
	}
	for _, outcome := range []idem.Outcome{idem.NothingCreated, idem.OutcomeUnknown} {
		if n := t.counts[string(outcome)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	if n := t.total - ended; n > 0 {
		parts = append(parts, fmt.Sprintf("%d not started", n))
	}
	parts = append(parts, plural(t.retries, "retry", "retries"))
	elapsed := time.Since(t.start)
	rate := float64(ended) / max(elapsed.Seconds(), 1e-3)
	t.app.note("%s in %s (%.1f a second): %s", plural(t.total, "entry", "entries"), roundDelay(elapsed), rate, strings.Join(parts, ", "))
}

// exitCode returns the exit code of a run in which not all entries succeeded: the code of the error that stopped the run, or else the code of the
// entry about which least is known.
func (t *tally) exitCode(stopped error) int {
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

// plural returns a number with the noun in the right form.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
