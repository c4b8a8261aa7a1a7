package idem

import "errors"

// An Outcome is what is known of an intent.
type Outcome string

// The outcomes.
const (
	Succeeded      Outcome = "succeeded" // the resource exists
	NothingCreated Outcome = "rejected"  // no attempt can have created the resource
	OutcomeUnknown Outcome = "unknown"   // an attempt may have created the resource, and no later attempt proved what happened
)

// An OutcomeError is the error of an intent that did not succeed, or succeeded only in part.
type OutcomeError struct {
	Outcome  Outcome       // Succeeded if the resource exists, but will never be usable or is only a part of what the intent asks for
	Attempts int           // the number of attempts
	Last     *AttemptError // how the last attempt ended; nil if there was none
	Err      error         // why there was no further attempt: Last, the context's cause, or an error of a package such as retry.BudgetError
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
