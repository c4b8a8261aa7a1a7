package identity

import "fmt"

// An Error is a configuration that is refused. Nothing was sent for it.
type Error struct {
	Message string // what was chosen, where, and what to write instead
	hint    string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Hint returns what to do about it, "" if the message says that.
func (e *Error) Hint() string { return e.hint }

func refuse(format string, args ...any) error { return &Error{Message: fmt.Sprintf(format, args...)} }

// A RetrieveError is why the chosen source returns no credentials.
type RetrieveError struct {
	Source string // "STS", "SSO", "signin", "the container"; "" for what is on this machine or is the instance
	What   string // the beginning of a message about a source without a name
	Err    error
}

// Error returns the whole message.
func (e *RetrieveError) Error() string {
	if e.Source != "" {
		return fmt.Sprintf("no credentials from %s: %v", e.Source, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.What, e.Err)
}

// Unwrap returns the cause.
func (e *RetrieveError) Unwrap() error { return e.Err }
