package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/identity"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/render"
	"github.com/awsidem/awsidem/pkg/retry"
	"github.com/awsidem/awsidem/pkg/text"
)

// A createError is the error of a create, with what its message needs.
type createError struct {
	op     awsec2.Operation
	intent idem.Intent
	again  string   // the command line that sends the intent again
	first  []string // lines about the token's first use
	err    error
}

func (e *createError) Error() string { return e.err.Error() }
func (e *createError) Unwrap() error { return e.err }

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
			if errors.As(err, &create) {
				hint += "; or use --no-journal; or --ensure with a key or a token"
			}
		case errors.As(err, &create):
			hint += "; or give the token with --client-token or --idempotency-key; or use --no-journal"
		}
		f.Hints = append(f.Hints, hint)
	case errors.As(err, &held):
		f.Code = "Held"
		if held.hint != "" {
			f.Hints = append(f.Hints, held.hint)
		}
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
		next := "to continue, run the same command again: "
		if apply.refused {
			next = "correct the rejected entries, then run the same command again, which creates nothing twice: "
		}
		f.Hints = append(f.Hints, next+apply.again)
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
	)
	switch {
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
	if err.Command != "" {
		return err.Command
	}
	return "try again, or set AWSIDEM_JOURNAL to another table or to a folder"
}

// whyEnded returns why there was no further attempt or poll.
func whyEnded(err error) string {
	var (
		unready *ensure.NotReadyError
		budget  *retry.BudgetError
	)
	if errors.As(err, &unready) && errors.As(unready.Err, &budget) {
		return fmt.Sprintf("%s was created, but %s after --wait-timeout", strings.Join(unready.IDs, ", "), unready.Lacks())
	}
	return err.Error()
}

// conclude adds why a create ended, whether the resource can exist, and what to run next.
func (f *failure) conclude(create *createError, outcome *idem.OutcomeError) {
	f.Outcome, f.ClientToken, f.Attempts = outcome.Outcome, create.intent.ClientToken, outcome.Attempts
	var (
		unready *ensure.NotReadyError
		failed  *ensure.FailedError
		partial *partialError
		made    *journal.MadeError
		table   *journal.TableError
	)
	ended := outcome.Err
	if errors.As(ended, &made) {
		ended = made.Err
	}
	if why := whyEnded(ended); ended != error(outcome.Last) && //nolint:errorlint // identity, not the chain
		why != f.Lines[len(f.Lines)-1] {
		f.Lines = append(f.Lines, why)
	}
	f.Lines = append(f.Lines, create.first...)
	retryable := outcome.Last != nil && outcome.Last.Verdict.Retry()
	var panicked *panicError
	defer func() { f.Lines[len(f.Lines)-1] += requestID(outcome.Last) }()
	switch {
	case errors.Is(outcome, errOnRecord):
		f.Lines = append(f.Lines, "nothing was sent: awsidem refuses the token because of its use on record")
		f.Hints = append(f.Hints, "the uses of the token: awsidem journal show "+tokenArgument(f.ClientToken))
	case made != nil:
		f.ResourceIDs = made.ResourceIDs
		f.Lines = append(f.Lines, made.Error())
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case errors.As(outcome, &failed):
		f.Hints = append(f.Hints, "delete the "+create.op.Noun+"; its key or token is used up: choose a new one for another")
	case errors.As(outcome, &partial):
		f.Hints = append(f.Hints, "create the missing parts with another key or token: this one stands for the parts that exist")
	case errors.As(outcome, &unready):
		f.Hints = append(f.Hints, "if the resource was deleted, choose a new key or token for another one", "to check again: "+create.again)
	case outcome.Last != nil && outcome.Last.Verdict == idem.Undecided && !errors.As(outcome, &panicked):
		f.Hints = append(f.Hints, "when that is settled: "+create.again)
	case create.intent.DryRun() && outcome.Outcome == idem.OutcomeUnknown:
		f.Lines = append(f.Lines, "nothing was created by this dry run; whether it would succeed is unknown")
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case outcome.Outcome == idem.OutcomeUnknown:
		f.Lines = append(f.Lines, fmt.Sprintf("the outcome is unknown: the %s may exist; its client token is %s, and a new token could create a second one",
			create.op.Noun, create.intent.ClientToken))
		f.Hints = append(f.Hints, "to settle it: "+create.again)
	case outcome.Last != nil && outcome.Last.Gone && outcome.Last.Code != "": // an attempt of this run may have created it
		f.Lines = append(f.Lines, "nothing else was created")
	case retryable:
		f.Lines = append(f.Lines, "nothing was created")
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case errors.As(outcome, &table): // another machine may have created it
		f.Lines = append(f.Lines, "nothing was sent")
	case outcome.Last == nil || outcome.Last.Verdict != idem.Misconfigured:
		f.Lines = append(f.Lines, "nothing was created")
	}
}

// remedyOf returns the remedy for an error that a retry does not help; "" if none is known. explained: the failure's lines explain the
// mismatch already.
func remedyOf(e *idem.AttemptError, explained bool) string {
	if remedy := awsec2.Remedy(e.Code); remedy != "" {
		if e.Verdict == idem.Mismatch && !e.Gone && !explained {
			remedy += "; the first use is in CloudTrail: event name " + e.Operation + ", field requestParameters.clientToken"
		}
		return remedy
	}
	switch {
	case e.Gone:
		return "choose a new key or token: this one can't create anything any more"
	case e.Verdict == idem.Mismatch:
		return "another resource needs another key or token"
	}
	if e.Verdict == idem.Misconfigured && strings.HasPrefix(e.Message, "You must specify a region") {
		return "give --region or set AWS_REGION; to try it without AWS: awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728"
	}
	if e.Verdict == idem.Misconfigured && strings.HasPrefix(e.Message, "Unable to locate credentials") {
		return `run "aws configure" or "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`
	}
	return ""
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
