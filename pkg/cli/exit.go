package cli

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// The exit codes. 252 to 255 and 130 mean what they mean to the AWS CLI; 65 and 75 are EX_DATAERR and EX_TEMPFAIL of
// sysexits(3).
const (
	exitOK            = 0
	exitMismatch      = 65
	exitUnknown       = 75
	exitCannotRun     = 126 // as a shell ends if a command can't be run
	exitNotFound      = 127 // as a shell ends if a command is not found
	exitInterrupted   = 128 // and the number of the signal
	exitUsage         = 252
	exitMisconfigured = 253
	exitRejected      = 254
	exitOther         = 255
)

const exitCodesHelp = exitCodesMark + `
  0         it exists, exactly once (a dry run: it would have succeeded)
  65        mismatch: the token was used before, with other parameters or for a
            resource that is gone; nothing was created
  75        outcome unknown, or throttled or not reached to the end of the
            budget: with a key or token of yours run the same again, else
            awsidem resume
  130, 143  interrupted by SIGINT, SIGTERM (129: by SIGHUP); as 75 if a request
            had left
  252       bad command line
  253       bad configuration or credentials, or a journal that can't be written
  254       EC2 rejected the request: nothing was created
  255       anything else`

// localExitCodes are those of a command that does not call AWS.
const localExitCodes = exitCodesMark + `
  0    done
  252  bad command line
  253  bad configuration, or a journal that can't be read
  255  anything else`

// An Interrupt is the signal that ends a command, as the cause of its context's end.
type Interrupt struct{ Signal os.Signal }

// Error names the signal.
func (i Interrupt) Error() string {
	switch i.Signal {
	case os.Interrupt:
		return "interrupted by SIGINT"
	case syscall.SIGTERM:
		return "interrupted by SIGTERM"
	case syscall.SIGHUP:
		return "interrupted by SIGHUP"
	}
	return fmt.Sprintf("interrupted by the signal %q", i.Signal)
}

// A usageError is a command line that can't be followed.
type usageError struct {
	err  error
	hint string // the command that says more; "" for none
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// A configError is an environment or a file that can't be followed.
type configError struct{ err error }

func (e *configError) Error() string { return e.err.Error() }
func (e *configError) Unwrap() error { return e.err }

// An outputError is a result that could not be written to stdout.
type outputError struct{ err error }

func (e *outputError) Error() string { return fmt.Sprintf("writing the result to stdout: %v", e.err) }
func (e *outputError) Unwrap() error { return e.err }

// An exitStatus is the exit code of a command that another program's end decides.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// exit says what err is and gives its exit code.
func (a *app) exit(err error) int {
	var status exitStatus
	switch {
	case err == nil, errors.As(err, &status):
		if len(a.warnings)+len(a.notes) > 0 {
			_ = a.sayDocument(map[string]any{}) // nobody is left to tell
		}
		return int(status)
	}
	a.reportFailure(err)
	return exitCode(err)
}

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	var (
		usage     *usageError
		config    *configError
		interrupt Interrupt
		outcome   *idem.OutcomeError
		attempt   *idem.AttemptError
		unwritten *journal.WriteError
		held      *heldError
		apply     *applyError
	)
	switch {
	case errors.As(err, &apply):
		return apply.code
	case errors.As(err, &held):
		return exitUnknown
	case errors.As(err, &unwritten):
		return exitMisconfigured
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &config):
		return exitMisconfigured
	case errors.As(err, &interrupt):
		if s, ok := interrupt.Signal.(syscall.Signal); ok {
			return exitInterrupted + int(s)
		}
		return exitOther
	case errors.As(err, &attempt) && attempt.Verdict == idem.Undecided:
		return exitOther
	case errors.As(err, &outcome) && outcome.Outcome == idem.OutcomeUnknown:
		return exitUnknown
	case errors.As(err, &attempt):
		switch attempt.Verdict {
		case idem.Mismatch:
			return exitMismatch
		case idem.Rejected:
			return exitRejected
		case idem.Misconfigured:
			return exitMisconfigured
		case idem.NotApplied, idem.Unknown:
			return exitUnknown
		}
	}
	return exitOther
}
