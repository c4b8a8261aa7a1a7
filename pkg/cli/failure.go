package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/identity"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/render"
	"github.com/awsidem/awsidem/pkg/text"
)

// A failure is the message about an error: lines of text, or a document for --cli-error-format.
type failure struct {
	Code    string   // EC2's error code, or one of awsidem's own
	Message string   // EC2's message, or the cause
	Lines   []string // the error in lines
	Hints   []string // what to do next

	Outcome     idem.Outcome // of a create; "" for any other command
	ResourceIDs []string     // of resources that are not ready, or that an earlier run made
	ClientToken string
	RequestID   string
	Attempts    int
}

// explain returns the message about an error.
func explain(err error) failure {
	code, hint := codeAndHint(err)
	f := failure{Code: code, Message: err.Error(), Lines: []string{err.Error()}}
	f.advise(hint)
	if apply, ok := errors.AsType[*applyError](err); ok {
		f.advise(apply.hint())
	}
	create, isCreate := errors.AsType[*createError](err)
	if attempt, ok := errors.AsType[*idem.AttemptError](err); ok {
		f.Lines, f.Message, f.RequestID = []string{text.Printable(attempt.Error(), "")}, attempt.Message, attempt.RequestID
		f.Code = cmp.Or(attempt.Code, strings.ReplaceAll(attempt.Verdict.String(), " ", "-"))
		f.advise(remedyOf(attempt, isCreate && create.firstUse != nil))
		if refusal, ok := errors.AsType[*identity.Error](err); ok {
			f.advise(refusal.Hint())
		}
	}
	var (
		unready *ensure.NotReadyError
		failed  *ensure.FailedError
	)
	switch {
	case is[*partialError](err):
		f.Code = "PartialSuccess"
	case errors.As(err, &unready):
		f.Code, f.Message, f.ResourceIDs = "NotReady", whyEnded(unready), unready.IDs
	case errors.As(err, &failed):
		f.Code, f.ResourceIDs = "ResourceFailed", failed.IDs
	}
	if outcome, ok := errors.AsType[*idem.OutcomeError](err); ok && isCreate {
		f.addOutcome(create, outcome)
	}
	return f
}

// codeAndHint returns awsidem's own code for an error, and a hint on what to do; "" if there is none.
func codeAndHint(err error) (code, hint string) {
	var (
		usage *usageError
		held  *heldError
		table *journal.TableError
	)
	switch {
	case is[Interrupt](err):
		return "Interrupted", ""
	case is[*journal.WriteError](err):
		return "Journal", unwrittenHint(err)
	case errors.As(err, &held):
		return "Held", held.hint
	case is[*journal.TakenError](err):
		return "Held", ""
	case errors.As(err, &usage):
		return "ParamValidation", usage.hint
	case errors.As(err, &table):
		return "Journal", tableHint(table)
	case is[*configError](err):
		return "Configuration", ""
	case is[*panicError](err): // a request may have left before the panic
		return "Error", "the creates whose outcome is unknown: awsidem journal list --outcome unknown"
	}
	return "Error", ""
}

// advise adds a hint, unless it is empty.
func (f *failure) advise(hint string) {
	if hint != "" {
		f.Hints = append(f.Hints, hint)
	}
}

// unwrittenHint returns what to do if a journal can't be written.
func unwrittenHint(err error) string {
	isCreate := is[*createError](err)
	table, isTable := errors.AsType[*journal.TableError](err)
	unwritten, _ := errors.AsType[*journal.WriteError](err)
	outcome, ended := errors.AsType[*idem.OutcomeError](err)
	const another = "repair the journal's folder, or set AWSIDEM_JOURNAL to another one"
	switch {
	case is[*journal.TooLargeError](err):
		return "set AWSIDEM_JOURNAL to a folder, which has no such limit, or use --no-journal"
	case isTable && isCreate && unwritten.Uncertain: // another hint settles the create; any other command could create a second resource
		return ""
	case isTable && isCreate && (!ended || outcome.Outcome != idem.OutcomeUnknown): // an unknown create is settled by resume, without these flags
		return tableHint(table) + "; or use --no-journal; or --ensure with a key or a token"
	case isTable:
		return tableHint(table)
	case isCreate:
		return another + "; or give the token with --client-token or --idempotency-key; or use --no-journal"
	}
	return another
}

// tableHint returns what to do if the table of a journal can't be used.
func tableHint(err *journal.TableError) string {
	attempt, answered := errors.AsType[*idem.AttemptError](err.Err)
	refusal, refused := errors.AsType[*identity.Error](err.Err)
	const another = "or set AWSIDEM_JOURNAL to another table or to a folder"
	switch {
	case err.Command != "":
		return err.Command
	case is[*dynamodb.UnreachableError](err.Err):
		return "check the network and the endpoint, which AWSIDEM_JOURNAL=dynamodb://TABLE?endpoint=URL and AWS_ENDPOINT_URL_DYNAMODB set; " +
			"or set AWSIDEM_JOURNAL to a folder"
	case !answered || attempt.Verdict.Retry():
		return "try again, " + another
	case remedyOf(attempt, false) != "":
		return remedyOf(attempt, false)
	case refused && refusal.Hint() != "":
		return refusal.Hint()
	}
	return "resolve this error, " + another
}

// errorFormats returns the values of --cli-error-format. With the first two, stderr has lines; with the others, one document.
func errorFormats() []string { return []string{"legacy", "enhanced", "json", "yaml", "text", "table"} }

// checkErrorFormat returns an error unless the value of --cli-error-format is known.
func checkErrorFormat(format string) error {
	if format == "" || slices.Contains(errorFormats(), format) {
		return nil
	}
	return &usageError{err: fmt.Errorf("unknown --cli-error-format %q: it must be one of %s", format, strings.Join(errorFormats(), ", "))}
}

// structuredErrors reports whether stderr must be one document.
func structuredErrors(format string) bool {
	return slices.Contains(errorFormats()[2:], format)
}

// reportFailure prints the message about an error on stderr, in the format that --cli-error-format selects.
func (a *app) reportFailure(err error) {
	f := explain(err)
	if structuredErrors(a.global.errorFormat) {
		document := map[string]any{
			"Outcome": string(f.Outcome), "ResourceId": strings.Join(f.ResourceIDs, ","), "ClientToken": f.ClientToken, "RequestId": f.RequestID,
			"Hint": strings.Join(f.Hints, "; "), "Attempts": f.Attempts,
		}
		maps.DeleteFunc(document, func(_ string, value any) bool { return value == "" || value == 0 })
		document["Code"], document["Message"] = f.Code, f.Message
		if a.sayDocument(document) == nil {
			return
		}
	}
	a.sayLines(f.Lines[0])
	for _, line := range f.Lines[1:] {
		a.say("%s", line)
	}
	for _, hint := range f.Hints {
		a.hint("%s", hint)
	}
}

// sayDocument writes a document of --cli-error-format to stderr, with the warnings and notes so far.
func (a *app) sayDocument(document map[string]any) error {
	if len(a.warnings) > 0 {
		document["Warnings"] = a.warnings
	}
	if len(a.notes) > 0 {
		document["Notes"] = a.notes
	}
	a.warnings, a.notes = nil, nil
	return render.Write(printableWriter{a.Err}, render.Format(a.global.errorFormat), "Error", document)
}

// requestID returns " (request id ID)", or "" if there was no answer.
func requestID(e *idem.AttemptError) string {
	if e == nil || e.RequestID == "" {
		return ""
	}
	return " (request id " + e.RequestID + ")"
}

// roundDelay rounds a delay to about three digits.
func roundDelay(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
