package cli

import (
	"errors"
	"fmt"
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
		usage     *usageError
		config    *configError
		create    *createError
		attempt   *idem.AttemptError
		outcome   *idem.OutcomeError
		interrupt Interrupt
		held      *heldError
		unwritten *journal.WriteError
		table     *journal.TableError
		taken     *journal.TakenError
	)
	switch {
	case errors.As(err, &unwritten):
		f.Code = "Journal"
		hint := "repair the journal's folder, or set AWSIDEM_JOURNAL to another one"
		var large *journal.TooLargeError
		switch {
		case errors.As(err, &large):
			hint = "set AWSIDEM_JOURNAL to a folder, which has no such limit, or use --no-journal"
		case errors.As(err, &table):
			hint = tableHint(table)
			open := errors.As(err, &outcome) && outcome.Outcome == idem.OutcomeUnknown
			switch {
			case !errors.As(err, &create):
			case unwritten.Uncertain: // any other command than the one that settles the create could create a second resource
				hint = ""
			case !open: // resume, which settles an open create, has no such flags
				hint += "; or use --no-journal; or --ensure with a key or a token"
			}
		case errors.As(err, &create):
			hint += "; or give the token with --client-token or --idempotency-key; or use --no-journal"
		}
		if hint != "" {
			f.Hints = append(f.Hints, hint)
		}
	case errors.As(err, &held):
		f.Code = "Held"
		if held.hint != "" {
			f.Hints = append(f.Hints, held.hint)
		}
	case errors.As(err, &taken):
		f.Code = "Held"
	case errors.As(err, &usage):
		f.Code = "ParamValidation"
		if usage.hint != "" {
			f.Hints = append(f.Hints, usage.hint)
		}
	case errors.As(err, &table):
		f.Code = "Journal"
		f.Hints = append(f.Hints, tableHint(table))
	case errors.As(err, &config):
		f.Code = "Configuration"
	case errors.As(err, &interrupt):
		f.Code = "Interrupted"
	}
	var apply *applyError
	if errors.As(err, &apply) {
		switch {
		case apply.useless:
			f.Hints = append(f.Hints, "delete what failed, complete what is a part, and give those entries new keys: their own are used up")
		case apply.refused:
			f.Hints = append(f.Hints, "correct the rejected entries, then run the same command again, which creates nothing twice: "+apply.again)
		default:
			f.Hints = append(f.Hints, "to continue, run the same command again: "+apply.again)
		}
	}
	isCreate := errors.As(err, &create)
	if errors.As(err, &attempt) {
		f.Lines, f.Message, f.RequestID = []string{text.Printable(attempt.Error(), "")}, attempt.Message, attempt.RequestID
		f.Code = attempt.Code
		if f.Code == "" {
			f.Code = strings.ReplaceAll(attempt.Verdict.String(), " ", "-")
		}
		if remedy := remedyOf(attempt, isCreate && create.first != nil); remedy != "" {
			f.Hints = append(f.Hints, remedy)
		}
		var refusal *identity.Error
		if errors.As(err, &refusal) && refusal.Hint() != "" {
			f.Hints = append(f.Hints, refusal.Hint())
		}
	}
	var (
		unready *ensure.NotReadyError
		failed  *ensure.FailedError
		partial *partialError
	)
	switch {
	case errors.As(err, &partial):
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

// tableHint returns what mends the table of a journal.
func tableHint(err *journal.TableError) string {
	var (
		unreachable *dynamodb.UnreachableError
		attempt     *idem.AttemptError
		refusal     *identity.Error
	)
	const another = "or set AWSIDEM_JOURNAL to another table or to a folder"
	switch {
	case err.Command != "":
		return err.Command
	case errors.As(err.Err, &unreachable):
		return "check the network and the endpoint, which AWSIDEM_JOURNAL=dynamodb://TABLE?endpoint=URL and AWS_ENDPOINT_URL_DYNAMODB set; or set AWSIDEM_JOURNAL to a folder"
	case !errors.As(err.Err, &attempt) || attempt.Verdict.Retry():
		return "try again, " + another
	case remedyOf(attempt, false) != "":
		return remedyOf(attempt, false)
	case errors.As(err.Err, &refusal) && refusal.Hint() != "":
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
		document := map[string]any{"Code": f.Code, "Message": f.Message}
		for name, value := range map[string]string{
			"Outcome": string(f.Outcome), "ResourceId": strings.Join(f.ResourceIDs, ","), "ClientToken": f.ClientToken, "RequestId": f.RequestID, "Hint": strings.Join(f.Hints, "; "),
		} {
			if value != "" {
				document[name] = value
			}
		}
		if f.Attempts > 0 {
			document["Attempts"] = f.Attempts
		}
		if a.sayDocument(document) == nil {
			return
		}
	}
	for i, line := range f.Lines {
		if i == 0 {
			a.sayLines(line)
			continue
		}
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
