package cli

import (
	"errors"
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// errPanicked is wrapped by the error of a create in which awsidem panicked.
var errPanicked = errors.New("awsidem panicked")

// recoverUnknown turns a panic into an error of unknown outcome: a request may have left before the panic. The record in the journal
// stays unknown, as after a crash.
func recoverUnknown(err *error) {
	value := recover()
	if value == nil {
		return
	}
	last := &idem.AttemptError{Verdict: idem.Undecided, Message: fmt.Sprintf("internal error in awsidem: %v", value), Err: errPanicked}
	*err = &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Last: last, Err: last}
}
