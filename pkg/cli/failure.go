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
	f := failure{Code: "Error", Message: err.Error(), Lines: []string{err.Error()}}
	var (
		usage   *usageError
		create  *createError
		apply   *applyError
		attempt *idem.AttemptError
		outcome *idem.OutcomeError
		held    *heldError
		table   *journal.TableError
		refusal *identity.Error
		unready *ensure.NotReadyError
		failed  *ensure.FailedError
	)
	isCreate := errors.As(err, &create)
	switch {
	case is[Interrupt](err):
		f.Code = "Interrupted"
	case is[*journal.WriteError](err):
		f.Code = "Journal"
		f.advise(unwrittenHint(err))
	case errors.As(err, &held):
		f.Code = "Held"
		f.advise(held.hint)
	case is[*journal.TakenError](err):
		f.Code = "Held"
	case errors.As(err, &usage):
		f.Code = "ParamValidation"
		f.advise(usage.hint)
	case errors.As(err, &table):
		f.Code = "Journal"
		f.advise(tableHint(table))
	case is[*configError](err):
		f.Code = "Configuration"
	}
	if errors.As(err, &apply) {
		switch {
		case apply.useless:
			f.advise("delete what failed, complete what is a part, and give those entries new keys: their own are used up")
		case apply.refused:
			f.advise("correct the rejected entries, then run the same command again, which creates nothing twice: " + apply.again)
		default:
			f.advise("to continue, run the same command again: " + apply.again)
		}
	}
	if errors.As(err, &attempt) {
		f.Lines, f.Message, f.RequestID = []string{text.Printable(attempt.Error(), "")}, attempt.Message, attempt.RequestID
		f.Code = cmp.Or(attempt.Code, strings.ReplaceAll(attempt.Verdict.String(), " ", "-"))
		f.advise(remedyOf(attempt, isCreate && create.first != nil))
		if errors.As(err, &refusal) {
			f.advise(refusal.Hint())
		}
	}
	switch {
	case is[*partialError](err):
		f.Code = "PartialSuccess"
	case errors.As(err, &unready):
		f.Code, f.Message, f.ResourceIDs = "NotReady", whyEnded(unready), unready.IDs
	case errors.As(err, &failed):
		f.Code, f.ResourceIDs = "ResourceFailed", failed.IDs
	}
	if isCreate && errors.As(err, &outcome) {
		f.conclude(create, outcome)
	}
	return f
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
	switch {
	case is[*journal.TooLargeError](err):
		return "set AWSIDEM_JOURNAL to a folder, which has no such limit, or use --no-journal"
	case isTable && isCreate && unwritten.Uncertain: // any other command than the one that settles the create could create a second resource
		return ""
	case isTable && isCreate && (!ended || outcome.Outcome != idem.OutcomeUnknown): // resume, which settles an open create, has no such flags
		return tableHint(table) + "; or use --no-journal; or --ensure with a key or a token"
	case isTable:
		return tableHint(table)
	case isCreate:
		return "repair the journal's folder, or set AWSIDEM_JOURNAL to another one; or give the token with --client-token or --idempotency-key; or use --no-journal"
	}
	return "repair the journal's folder, or set AWSIDEM_JOURNAL to another one"
}

// tableHint returns what mends the table of a journal.
func tableHint(err *journal.TableError) string {
	attempt, answered := errors.AsType[*idem.AttemptError](err.Err)
	refusal, refused := errors.AsType[*identity.Error](err.Err)
	const another = "or set AWSIDEM_JOURNAL to another table or to a folder"
	switch {
	case err.Command != "":
		return err.Command
	case is[*dynamodb.UnreachableError](err.Err):
		return "check the network and the endpoint, which AWSIDEM_JOURNAL=dynamodb://TABLE?endpoint=URL and AWS_ENDPOINT_URL_DYNAMODB set; or set AWSIDEM_JOURNAL to a folder"
	case !answered || attempt.Verdict.Retry():
		return "try again, " + another
	case remedyOf(attempt, false) != "":
		return remedyOf(attempt, false)
	case refused && refusal.Hint() != "":
		return refusal.Hint()
	}
	return "repair that, " + another
}

// errorFormats are the values of --cli-error-format.
func errorFormats() []string { return []string{"legacy", "enhanced", "json", "yaml", "text", "table"} }

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
