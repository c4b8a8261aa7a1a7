package identity

import "fmt"

// An Error reports a configuration that the package refuses. Nothing was sent.
type Error struct {
	Message string // the setting, its place, and the remedy
	hint    string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Hint returns the remedy, or "" if the message has it.
func (e *Error) Hint() string { return e.hint }

func newError(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// refuse refuses the configuration and returns nil. [Choose] returns the first refusal as its error.
func (c *chooser) refuse(format string, args ...any) *source {
	return c.refuseWith(newError(format, args...))
}

// refuseWith does the same as refuse, for an error that has a hint.
func (c *chooser) refuseWith(err *Error) *source {
	if c.refusal == nil {
		c.refusal = err
	}
	return nil
}

// A RetrieveError reports why the chosen source returns no credentials.
type RetrieveError struct {
	What   string // the beginning of the message
	Remote bool   // the source is a server (STS, SSO, signin, the container), so that a retry may help
	Err    error
}

// Error returns the whole message.
func (e *RetrieveError) Error() string { return fmt.Sprintf("%s: %v", e.What, e.Err) }

// remote returns a [RetrieveError] of a server, without the cause.
func remote(server string) RetrieveError {
	return RetrieveError{What: "no credentials from " + server, Remote: true}
}

// Unwrap returns the cause.
func (e *RetrieveError) Unwrap() error { return e.Err }
