package idem

import "errors"

// An Outcome is what is known of an intent.
type Outcome string

// The outcomes.
const (
	Succeeded      Outcome = "succeeded" // the resource exists
	NothingCreated Outcome = "rejected"  // no attempt of this intent can have created it
	OutcomeUnknown Outcome = "unknown"   // an attempt may have created it, and nothing that came later settled it
)

// An OutcomeError says how an intent ended that did not succeed.
type OutcomeError struct {
	Outcome  Outcome       // NothingCreated or OutcomeUnknown
	Attempts int           // the attempts that were made
	Last     *AttemptError // how the last attempt ended; nil if none was made
	Err      error         // why there was no further attempt: Last, the context's cause, or the budget that ran out
}

// Error is the error that ended the intent.
func (e *OutcomeError) Error() string { return e.Err.Error() }

// Unwrap gives why it ended and the last attempt's error.
func (e *OutcomeError) Unwrap() []error {
	if e.Last == nil || errors.Is(e.Err, e.Last) {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}
