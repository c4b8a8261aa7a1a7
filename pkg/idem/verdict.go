package idem

import (
	"fmt"
	"time"
)

// A Verdict is what one attempt proves.
type Verdict int

// The verdicts. The zero value is Unknown: what was not judged proves nothing.
const (
	Unknown       Verdict = iota // the resource may have been created: send the same token again
	Matched                      // EC2 answered with the resource that was asked for
	Mismatch                     // the token was used before, with other parameters
	Rejected                     // EC2 itself refused the request
	NotApplied                   // throttled, or the request never left: nothing was created by this attempt
	Misconfigured                // the request can't be made from here: no credentials, no region, no such host, ...
	Undecided                    // what was found settles nothing, and another attempt would find the same: a person must look
)

var verdictNames = [...]string{"unknown", "matched", "mismatch", "rejected", "not applied", "misconfigured", "undecided"}

// String gives the verdict in the words of the documentation.
func (v Verdict) String() string { return verdictNames[v] }

// Retry reports whether another attempt with the same token may end differently.
func (v Verdict) Retry() bool { return v == Unknown || v == NotApplied }

// An AttemptError says how one attempt that did not match ended.
type AttemptError struct {
	Verdict   Verdict
	Operation string // CreateRouteTable
	Code      string // EC2's error code; "" if EC2 did not answer with an error document
	Message   string // EC2's message, or what went wrong in other words
	RequestID string // EC2's id of the request; "" if there was no answer

	Throttled  bool          // EC2 asks for fewer requests: wait longer
	NotYet     bool          // what the request names may only not be visible yet: EC2 is eventually consistent
	Denied     bool          // the caller may not run this action, or the endpoint does not have it
	RetryAfter time.Duration // what the answer asked to wait before the next attempt; 0 if it did not
	Err        error         // the cause, if there is one
}

// Error is the AWS CLI's error line for an error that EC2 answered, and the cause alone for any other.
func (e *AttemptError) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", e.Code, e.Operation, e.Message)
}

// Unwrap gives the cause.
func (e *AttemptError) Unwrap() error { return e.Err }
