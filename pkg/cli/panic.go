package cli

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/awsidem/awsidem/pkg/idem"
)

// errPanicked is wrapped by the error of a create in which awsidem panicked.
var errPanicked = errors.New("awsidem panicked")

// A panicError reports a panic of awsidem outside the layers of a create.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("internal error in awsidem: %v", e.value) }

// recoverPanic turns a panic into a panicError. With --debug, it prints the stack.
func (a *app) recoverPanic(err *error) {
	if value := recover(); value != nil {
		if a.global.debug {
			_, _ = a.debug().Write(debug.Stack())
		}
		*err = &panicError{value}
	}
}

// recoverUnknown turns a panic into an error of unknown outcome: a request may have left before the panic. The record in the journal
// stays unknown, as after a crash.
func recoverUnknown(err *error) {
	value := recover()
	if value == nil {
		return
	}
	last := &idem.AttemptError{Verdict: idem.Undecided, Message: (&panicError{value}).Error(), Err: errPanicked}
	*err = &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Last: last, Err: last}
}
