package idem

import "errors"

// An Outcome is what is known of an intent.
type Outcome string

// The outcomes.
const (
	Succeeded      Outcome = "succeeded" // the resource exists
	NothingCreated Outcome = "rejected"  // no attempt can have created the resource
	OutcomeUnknown Outcome = "unknown"   // an attempt may have created the resource, and no later attempt settled that
)

// An OutcomeError reports how an intent ended that did not succeed as a whole.
type OutcomeError struct {
	Outcome  Outcome       // Succeeded if the resource exists, but is not usable or is only a part of what was asked for
	Attempts int           // the number of attempts
	Last     *AttemptError // how the last attempt ended; nil if there was none
	Err      error         // why there was no further attempt: Last, the context's cause, or the budget
}

// Error returns the message of Err.
func (e *OutcomeError) Error() string { return e.Err.Error() }

// Unwrap returns Err and Last.
func (e *OutcomeError) Unwrap() []error {
	if e.Last == nil || errors.Is(e.Err, e.Last) {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}
