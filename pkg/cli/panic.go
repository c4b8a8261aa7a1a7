package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/awsidem/awsidem/pkg/idem"
)

// recoverUnknown turns a panic into an error of unknown outcome: a request may have left before the panic. The record in the journal
// stays unknown, as after a crash.
func recoverUnknown(err *error) {
	value := recover()
	if value == nil {
		return
	}
	last := &idem.AttemptError{
		Verdict: idem.Undecided, Message: fmt.Sprintf("internal error in awsidem: %v", value),
		Err: &panicError{stack: debug.Stack()},
	}
	*err = &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Last: last, Err: last}
}

// A panicError is in the chain of an error if awsidem panicked.
type panicError struct{ stack []byte }

func (e *panicError) Error() string { return string(e.stack) }
