package idem

import (
	"errors"
	"fmt"
	"time"
)

// A Verdict is what one attempt proves.
type Verdict int

// The verdicts. The zero value is Unknown: an attempt without a verdict proves nothing.
const (
	Unknown       Verdict = iota // the attempt may have created the resource: send the same token again
	Matched                      // EC2 answered with the resource that the intent asks for
	Mismatch                     // the token belongs to other parameters or to a resource that is gone; the attempt created nothing
	Rejected                     // EC2 refused the request; the attempt created nothing
	NotApplied                   // the attempt created nothing, and a retry may succeed: a throttle, no connection, a failed Describe
	Misconfigured                // this machine can't make the request: no credentials, no Region, no such host, ...
	Undecided                    // the outcome stays unknown, and a retry does not help: a person must decide, for example between two resources
)

// String returns the verdict in the words of the documentation.
func (v Verdict) String() string {
	return [...]string{"unknown", "matched", "mismatch", "rejected", "not applied", "misconfigured", "undecided"}[v]
}

// Retry reports whether another attempt with the same token may end differently. If the attempt has NotYet, another attempt may end
// differently whatever the verdict is.
func (v Verdict) Retry() bool { return v == Unknown || v == NotApplied }

// An AttemptError is the error of an attempt whose verdict is not Matched.
type AttemptError struct {
	Verdict   Verdict
	Operation string // CreateRouteTable
	Code      string // EC2's error code; "" if EC2 did not answer with an error document
	Message   string // EC2's message, or another description of the failure
	RequestID string // EC2's id of the request; "" if there was no answer

	Throttled  bool          // EC2 throttled the request: the next wait is longer
	NotYet     bool          // EC2 did not find a resource that the request names: if it is new, it may not be visible yet
	Denied     bool          // the caller may not run this action, or the endpoint does not have it
	Gone       bool          // the verdict is Mismatch because the token's resource was deleted
	NaturalKey bool          // EC2 refused the request because its name or place is taken, perhaps by the resource of an earlier attempt
	RetryAfter time.Duration // the wait that the answer asks for; 0 if it asks for none
	Err        error         // the cause; nil if there is none
}

// Error returns the AWS CLI's error line for an error document of EC2, and Message alone for any other failure.
func (e *AttemptError) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", e.Code, e.Operation, e.Message)
}

// Unwrap returns the cause.
func (e *AttemptError) Unwrap() error { return e.Err }

// Changed returns a copy of the [*AttemptError] in err, after change has changed the copy. If err has no AttemptError, Changed returns err.
func Changed(err error, change func(*AttemptError)) error {
	var attempt *AttemptError
	if !errors.As(err, &attempt) {
		return err
	}
	changed := *attempt
	change(&changed)
	return &changed
}
