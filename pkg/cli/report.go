package cli

import (
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/retry"
	"github.com/awsidem/awsidem/pkg/runbook"
)

// hidesRetries reports whether no line about a retry may be printed: stderr is one document, or apply makes many creates.
func (a *app) hidesRetries() bool {
	return structuredErrors(a.global.errorFormat) || a.tally != nil && !a.global.debug
}

// reportRetry prints one line about a failed attempt and the wait before the next one.
func (a *app) reportRetry(r retry.Retry) {
	if a.hidesRetries() {
		return
	}
	why := ""
	if r.Err.NotYet {
		why = " (--grace: it may be too new to be visible)"
	}
	a.say("attempt %d of %d: %s%s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), why, roundDelay(r.Delay))
}

// reportWaiting returns a function that prints once, after five seconds, what a run waits for.
func (a *app) reportWaiting() func(retry.Retry) {
	start, printed := time.Now(), false
	return func(r retry.Retry) {
		if !printed && time.Since(start) > 5*time.Second && a.tally == nil && !structuredErrors(a.global.errorFormat) {
			a.say("waiting: %s", r.Err)
			printed = true
		}
	}
}

// reportAdopted prints that a resource was found instead of created.
func (a *app) reportAdopted(id string) {
	if a.step != nil {
		a.step.record.Result = runbook.Found
	}
	if a.tally == nil && !structuredErrors(a.global.errorFormat) {
		a.say("adopted %s: it carries the tag of this client token", id)
	}
}

// caution prints a warning. If stderr is one document, the warning becomes part of it.
func (a *app) caution(format string, args ...any) {
	if structuredErrors(a.global.errorFormat) {
		a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
		return
	}
	a.say("warning: "+format, args...)
}

// note prints a note on progress. If stderr is one document, the note becomes part of it.
func (a *app) note(format string, args ...any) {
	if structuredErrors(a.global.errorFormat) {
		a.notes = append(a.notes, fmt.Sprintf(format, args...))
		return
	}
	a.say(format, args...)
}

// warn prints an error that does not end the command.
func (a *app) warn(err error) {
	if a.tally != nil {
		a.tally.warn(err)
		return
	}
	a.caution("%v", err)
}
