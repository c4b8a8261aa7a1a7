package idem

import (
	"fmt"
	"time"
)

// A Verdict is what one attempt proves.
type Verdict int

// The verdicts. The zero value is Unknown: an attempt without a verdict proves nothing.
const (
	Unknown       Verdict = iota // the attempt may have created the resource: send the same token again
	Matched                      // EC2 answered with the resource that the intent asks for
	Mismatch                     // the token was used before, with other parameters
	Rejected                     // EC2 refused the request
	NotApplied                   // the attempt created nothing: it was throttled, or the request never left
	Misconfigured                // this machine can't make the request: no credentials, no Region, no such host, ...
	Undecided                    // the findings settle nothing, and another attempt would find the same: a person must decide
)

var verdictNames = [...]string{"unknown", "matched", "mismatch", "rejected", "not applied", "misconfigured", "undecided"}

// String returns the verdict in the words of the documentation.
func (v Verdict) String() string { return verdictNames[v] }

// Retry reports whether another attempt with the same token may end differently.
func (v Verdict) Retry() bool { return v == Unknown || v == NotApplied }

// An AttemptError reports how an attempt ended that did not match.
type AttemptError struct {
	Verdict   Verdict
	Operation string // CreateRouteTable
	Code      string // EC2's error code; "" if EC2 did not answer with an error document
	Message   string // EC2's message, or another description of the failure
	RequestID string // EC2's id of the request; "" if there was no answer

	Throttled  bool          // EC2 asks for fewer requests: wait longer
	NotYet     bool          // EC2 did not find a resource that the request names: a new one may not be visible yet
	Denied     bool          // the caller may not run this action, or the endpoint does not have it
	Gone       bool          // with Mismatch: the resource of the token was deleted
	NaturalKey bool          // EC2 refused a name or a place that is taken, possibly by the resource of an earlier attempt
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
