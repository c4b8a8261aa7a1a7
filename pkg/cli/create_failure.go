package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A createError is the error of a create, with what its message needs.
type createError struct {
	op       awsec2.Operation
	intent   idem.Intent
	again    string   // the command line that sends the intent again
	firstUse []string // lines about the token's first use, if the error is a mismatch
	err      error
}

func (e *createError) Error() string { return e.err.Error() }
func (e *createError) Unwrap() error { return e.err }

// againCommand returns the command line that sends this intent again, with its token: awsidem resume if the intent is on record, else the
// same create.
func (a *app) againCommand(o *createOptions, entry *journal.Entry) string {
	if entry != nil && entry.OnRecord() && !holdsSecret(o.intent) {
		return resumeCommand(o.intent.ClientToken, o.connection)
	}
	if holdsSensitive(o.intent) {
		return againInWords(o.intent.ClientToken)
	}
	args := append([]string{"awsidem"}, flagsOf(a.args)...)
	for _, option := range []struct{ flag, given, used string }{ // so that the command works in another environment, too
		{"--region", a.global.region, o.intent.Region},
		{"--profile", a.global.profile, o.intent.Profile},
		{"--endpoint-url", a.global.endpointURL, o.intent.Endpoint},
	} {
		if option.given == "" && option.used != "" {
			args = append(args, option.flag, option.used)
		}
	}
	if !o.keepsToken || o.numbered {
		args = append(args, "--client-token", o.intent.ClientToken)
	}
	return shellQuote(args)
}

// addOutcome adds why a create ended, whether the resource can exist, and what to run next.
func (f *failure) addOutcome(create *createError, outcome *idem.OutcomeError) {
	f.Outcome, f.ClientToken, f.Attempts = outcome.Outcome, create.intent.ClientToken, outcome.Attempts
	ended := outcome.Err
	if made, ok := errors.AsType[*journal.MadeError](ended); ok {
		ended, f.ResourceIDs = made.Err, made.ResourceIDs
	}
	shown := ended == error(outcome.Last) //nolint:errorlint // f.Lines has that very error
	if why := whyEnded(ended); !shown && why != f.Lines[len(f.Lines)-1] {
		f.Lines = append(f.Lines, why)
	}
	f.Lines = append(f.Lines, create.firstUse...)
	state, hints := create.stateAndHints(outcome)
	if state != "" {
		f.Lines = append(f.Lines, state)
	}
	f.Lines[len(f.Lines)-1] += requestID(outcome.Last)
	f.Hints = append(f.Hints, hints...)
}

// stateAndHints returns a line about what a failed create has created, and hints on what to run next. The line is "" if the error's own line
// states it.
func (e *createError) stateAndHints(outcome *idem.OutcomeError) (state string, hints []string) {
	var (
		made   *journal.MadeError
		failed *ensure.FailedError
	)
	last, again := outcome.Last, "to try again: "+e.again
	switch {
	case errors.Is(outcome, errOnRecord):
		return "nothing was sent: awsidem refuses the token because of its use on record",
			[]string{"the uses of the token: awsidem journal show " + tokenArgument(e.intent.ClientToken)}
	case errors.As(outcome, &made):
		return made.Error(), []string{again}
	case errors.As(outcome, &failed) && failed.Gone:
		return "", []string{"its key or token is used up: choose a new one for another " + e.op.Noun}
	case errors.As(outcome, &failed):
		return "", []string{"delete the " + e.op.Noun + "; its key or token is used up: choose a new one for another"}
	case is[*partialError](outcome):
		return "", []string{"create the missing parts with another key or token: this one stands for the parts that exist"}
	case is[*ensure.NotReadyError](outcome):
		return "", []string{"if the resource was deleted, choose a new key or token for another one", "to check again: " + e.again}
	case last != nil && last.Verdict == idem.Undecided && !errors.Is(outcome, errPanicked):
		return "", []string{"when that is settled: " + e.again}
	case e.intent.DryRun() && outcome.Outcome == idem.OutcomeUnknown:
		return "nothing was created by this dry run; whether it would succeed is unknown", []string{again}
	case outcome.Outcome == idem.OutcomeUnknown:
		why := "the outcome is unknown"
		if unwritten, ok := errors.AsType[*journal.WriteError](outcome); ok && !unwritten.Uncertain {
			why = "nothing was sent by this run, and the outcome of earlier runs is unknown"
		}
		return fmt.Sprintf("%s: the %s may exist; its client token is %s, and a new token could create a second one",
			why, e.op.Noun, e.intent.ClientToken), []string{"to settle it: " + e.again}
	case last != nil && last.Gone && last.Code != "": // an attempt of this run may have created the resource that is gone
		return "nothing else was created", nil
	case last != nil && last.Verdict.Retry():
		return "nothing was created", []string{again}
	case is[*journal.TableError](outcome): // another machine may have created the resource
		return "nothing was sent", nil
	case last == nil || last.Verdict != idem.Misconfigured:
		return "nothing was created", nil
	}
	return "", nil
}

// whyEnded returns the message of the error that ended a create. It shortens the message of a resource that was not ready in time.
func whyEnded(err error) string {
	if unready, ok := errors.AsType[*ensure.NotReadyError](err); ok && is[*retry.BudgetError](unready.Err) {
		return fmt.Sprintf("%s was created, but %s after --wait-timeout", strings.Join(unready.IDs, ", "), unready.Lacks())
	}
	return err.Error()
}

// remedyOf returns the remedy for an error that a retry does not help; "" if none is known. explained is whether the message shows the first use
// of a token that mismatches.
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
	case e.Verdict != idem.Misconfigured:
		return ""
	case strings.HasPrefix(e.Message, "You must specify a region"):
		return "give --region or set AWS_REGION; to try it without AWS: awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728"
	case strings.Contains(e.Message, ": credential_process: "):
		return "run the program of credential_process by hand: it must end with 0 and print JSON with Version, AccessKeyId and SecretAccessKey"
	case strings.HasPrefix(e.Message, "Unable to locate credentials"):
		return `run "aws configure" or "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`
	}
	return ""
}
