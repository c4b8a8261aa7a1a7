package cli

import (
	"errors"
	"fmt"
)

// is reports whether err wraps an error of the type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A usageError reports a command line that is wrong.
type usageError struct {
	err  error
	hint string // what to run or read next; "" for the command's help
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// A configError reports a variable or a file that is wrong.
type configError struct{ err error }

func (e *configError) Error() string { return e.err.Error() }
func (e *configError) Unwrap() error { return e.err }

// An outputError reports a result that could not be written to stdout.
type outputError struct{ err error }

func (e *outputError) Error() string { return fmt.Sprintf("writing the result to stdout: %v", e.err) }
func (e *outputError) Unwrap() error { return e.err }

// An exitStatus is an exit code whose cause was already reported on stderr.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
