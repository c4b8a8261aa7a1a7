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

// A createError is a create that ended without a resource to show.
type createError struct {
	op     awsec2.Operation
	intent idem.Intent
	again  string   // the command line that sends the intent again
	first  []string // what is known of the token's first use, line by line
	err    error
}

func (e *createError) Error() string { return e.err.Error() }
func (e *createError) Unwrap() error { return e.err }

// A failure is what is said of an error: in lines, or as a document for --cli-error-format.
type failure struct {
	Code    string   // EC2's error code, or a word of ours
	Message string   // EC2's message, or the cause
	Lines   []string // the error, line by line
	Hints   []string // what to do next

	Outcome     idem.Outcome // of a create; "" for anything else
	ResourceID  string       // of what was created, but not seen, or by an earlier run
	ClientToken string
	RequestID   string
	Attempts    int
}

// explain turns an error into what is said of it.
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
	)
	switch {
	case errors.As(err, &unwritten):
		f.Code = "Journal"
		hint := "mend the journal's folder or set AWSIDEM_JOURNAL"
		if errors.As(err, &create) {
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
	case errors.As(err, &config):
		f.Code = "Configuration"
	case errors.As(err, &interrupt):
		f.Code = "Interrupted"
	}
	var apply *applyError
	if errors.As(err, &apply) {
		first := "to go on, run the same again: "
		if apply.refused {
			first = "correct the entries that were rejected, then run the same again, which makes nothing twice: "
		}
		f.Hints = append(f.Hints, first+apply.again)
	}
	isCreate := errors.As(err, &create)
	if errors.As(err, &attempt) {
		f.Lines, f.Message, f.RequestID = []string{text.Printable(attempt.Error(), "")}, attempt.Message, attempt.RequestID
		f.Code = attempt.Code
		if f.Code == "" {
			f.Code = strings.ReplaceAll(attempt.Verdict.String(), " ", "-")
		}
		if hint := codeHint(attempt, isCreate && create.first != nil); hint != "" {
			f.Hints = append(f.Hints, hint)
		}
		var refusal *identity.Error
		if errors.As(err, &refusal) && refusal.Hint() != "" {
			f.Hints = append(f.Hints, refusal.Hint())
		}
	}
	var unseen *ensure.NotVisibleError
	if errors.As(err, &unseen) {
		f.Code, f.Message, f.ResourceID = "NotVisible", whyEnded(unseen), unseen.ID
	}
	if isCreate && errors.As(err, &outcome) {
		f.conclude(create, outcome)
	}
	return f
}

// whyEnded says why there was no further attempt, or look.
func whyEnded(err error) string {
	var (
		unseen *ensure.NotVisibleError
		budget *retry.BudgetError
	)
	if errors.As(err, &unseen) && errors.As(unseen.Err, &budget) {
		return fmt.Sprintf("%s was created, but was not seen within --wait-timeout", unseen.ID)
	}
	return err.Error()
}

// conclude says why a create ended, whether the resource can exist, and what to run next.
func (f *failure) conclude(create *createError, outcome *idem.OutcomeError) {
	f.Outcome, f.ClientToken, f.Attempts = outcome.Outcome, create.intent.ClientToken, outcome.Attempts
	var (
		unseen *ensure.NotVisibleError
		made   *journal.MadeError
	)
	ended := outcome.Err
	if errors.As(ended, &made) {
		ended = made.Err
	}
	if why := whyEnded(ended); ended != error(outcome.Last) && //nolint:errorlint // the same one, not one that wraps it
		why != f.Lines[len(f.Lines)-1] {
		f.Lines = append(f.Lines, why)
	}
	f.Lines = append(f.Lines, create.first...)
	again := outcome.Last != nil && outcome.Last.Verdict.Retry()
	defer func() { f.Lines[len(f.Lines)-1] += requestID(outcome.Last) }()
	switch {
	case made != nil:
		f.ResourceID = made.ResourceID
		f.Lines = append(f.Lines, made.Error())
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case errors.As(outcome, &unseen):
		f.Hints = append(f.Hints, "if it was deleted, its token is used up: choose a new key or token for another", "to look again: "+create.again)
	case outcome.Last != nil && outcome.Last.Verdict == idem.Undecided:
		f.Hints = append(f.Hints, "when that is settled: "+create.again)
	case create.intent.DryRun() && outcome.Outcome == idem.OutcomeUnknown:
		f.Lines = append(f.Lines, "nothing was created by this dry run; whether it would succeed is unknown")
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case outcome.Outcome == idem.OutcomeUnknown:
		f.Lines = append(f.Lines, fmt.Sprintf("the outcome is unknown: the %s may exist; its client token is %s, and a new token could create a second one",
			create.op.Noun, create.intent.ClientToken))
		f.Hints = append(f.Hints, "to settle it: "+create.again)
	case again:
		f.Lines = append(f.Lines, "nothing was created")
		f.Hints = append(f.Hints, "to try again: "+create.again)
	case outcome.Last == nil || outcome.Last.Verdict != idem.Misconfigured:
		f.Lines = append(f.Lines, "nothing was created")
	}
}

// codeHint says what helps against an error of EC2, where that is no matter of trying again. A mismatch may be explained
// already.
func codeHint(e *idem.AttemptError, explained bool) string {
	switch e.Code {
	case "IdempotentParameterMismatch":
		hint := "use the parameters of the token's first use, or another token or key for another resource"
		if !explained {
			hint += "; the first use is in CloudTrail: event name " + e.Operation + ", field requestParameters.clientToken"
		}
		return hint
	case "UnauthorizedOperation":
		return "if the message is encoded, read it with: aws sts decode-authorization-message --encoded-message MESSAGE"
	case "RequestExpired":
		return "this machine's clock is off by more than 15 minutes, or its temporary credentials have expired"
	case "RouteTableLimitExceeded", "NetworkAclLimitExceeded":
		return "ask for a higher quota, or delete what is not needed: aws service-quotas list-service-quotas --service-code vpc"
	case "InvalidVpcID.NotFound":
		return "is this the VPC's Region and account? aws ec2 describe-vpcs lists those that are there"
	}
	switch {
	case errors.Is(e, ensure.ErrGone):
		return "choose a new key or token: this one creates nothing any more"
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

// structuredErrors reports whether stderr is to be one document.
func structuredErrors(format string) bool {
	return slices.Contains(errorFormats()[2:], format)
}

// reportFailure says on stderr what went wrong, once, in the form that --cli-error-format asks for.
func (a *app) reportFailure(err error) {
	f := explain(err)
	if structuredErrors(a.global.errorFormat) {
		document := map[string]any{"Code": f.Code, "Message": f.Message}
		for name, value := range map[string]string{
			"Outcome": string(f.Outcome), "ResourceId": f.ResourceID, "ClientToken": f.ClientToken, "RequestId": f.RequestID, "Hint": strings.Join(f.Hints, "; "),
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

// sayDocument writes a document of --cli-error-format to stderr, with what waits for one.
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

// roundDelay shortens a delay to three digits or so.
func roundDelay(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
