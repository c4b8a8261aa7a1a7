package cli

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// Each error has a code for --cli-error-format, and a hint if somebody can do something about it.
func TestExplain(t *testing.T) {
	failed := errors.New("failed")
	table := func(err error) error { return &journal.TableError{Err: err, Message: "the table can't be used"} }
	unwritten := func(err error) error { return &journal.WriteError{Err: err} }
	create := func(outcome idem.Outcome, err error) error {
		return &createError{again: "awsidem resume T", intent: idem.Intent{ClientToken: "T"}, err: &idem.OutcomeError{Outcome: outcome, Err: err}}
	}
	throttled := &idem.AttemptError{Verdict: idem.NotApplied, Code: "ThrottlingException"}
	refused := &idem.AttemptError{Verdict: idem.Rejected, Code: "Mystery"}
	denied := &idem.AttemptError{Verdict: idem.Rejected, Code: "UnauthorizedOperation"}
	misconfigured := &idem.AttemptError{Verdict: idem.Misconfigured, Message: "You must specify a region."}
	process := &idem.AttemptError{Verdict: idem.Misconfigured, Message: "the profile p: credential_process: it ended with 1"}
	const (
		another = "or set AWSIDEM_JOURNAL to another table or to a folder"
		decode  = "if the message is encoded, read it with: aws sts decode-authorization-message --encoded-message MESSAGE"
		settle  = "to settle it: awsidem resume T"
	)
	for name, c := range map[string]struct {
		err  error
		code string
		hint string // all of them, joined by "; "
	}{
		"any":             {failed, "Error", ""},
		"interrupted":     {Interrupt{os.Interrupt}, "Interrupted", ""},
		"held":            {&heldError{failed, "wait"}, "Held", "wait"},
		"taken":           {&journal.TakenError{}, "Held", ""},
		"command line":    {&usageError{failed, "read the help"}, "ParamValidation", "read the help"},
		"configuration":   {&configError{failed}, "Configuration", ""},
		"partial success": {&partialError{}, "PartialSuccess", ""},
		"EC2's code":      {refused, "Mystery", ""},
		"no code":         {&idem.AttemptError{Verdict: idem.NotApplied}, "not-applied", ""},
		"no Region":       {misconfigured, "misconfigured", "give --region or set AWS_REGION; to try it without AWS: awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728"},
		"a program":       {process, "misconfigured", "run the program of credential_process by hand: it must end with 0 and print JSON with Version, AccessKeyId and SecretAccessKey"},

		"apply":                      {&applyError{again: "awsidem apply"}, "Error", "to continue, run the same command again: awsidem apply"},
		"apply, entries are refused": {&applyError{refused: true, again: "awsidem apply"}, "Error", "correct the rejected entries, then run the same command again, which creates nothing twice: awsidem apply"},
		"apply, entries are useless": {&applyError{useless: true}, "Error", "delete what failed, complete what EC2 created only in part, and give those entries new keys: their own are used up"},

		"folder":                {unwritten(failed), "Journal", "repair the journal's folder, or set AWSIDEM_JOURNAL to another one"},
		"too large":             {create(idem.NothingCreated, unwritten(&journal.TooLargeError{})), "Journal", "set AWSIDEM_JOURNAL to a folder, which has no such limit, or use --no-journal"},
		"table":                 {table(failed), "Journal", "try again, " + another},
		"table with a remedy":   {&journal.TableError{Err: failed, Command: "awsidem journal init"}, "Journal", "awsidem journal init"},
		"table is not reached":  {table(&dynamodb.UnreachableError{Err: failed}), "Journal", "check the network and the endpoint, which AWSIDEM_JOURNAL=dynamodb://TABLE?endpoint=URL and AWS_ENDPOINT_URL_DYNAMODB set; or set AWSIDEM_JOURNAL to a folder"},
		"table throttles":       {table(throttled), "Journal", "try again, " + another},
		"table refuses":         {table(refused), "Journal", "resolve this error, " + another},
		"table denies":          {table(denied), "Journal", decode},
		"table, write":          {unwritten(table(refused)), "Journal", "resolve this error, " + another},
		"table, create":         {create(idem.NothingCreated, unwritten(table(refused))), "Journal", "resolve this error, " + another + "; or use --no-journal; or --ensure with a key or a token"},
		"table, unknown before": {create(idem.OutcomeUnknown, unwritten(table(refused))), "Journal", "resolve this error, " + another + "; " + settle},
		"table, answer is lost": {create(idem.OutcomeUnknown, &journal.WriteError{Err: table(failed), Uncertain: true}), "Journal", settle},
	} {
		f := explain(c.err)
		if hint := strings.Join(f.Hints, "; "); f.Code != c.code || hint != c.hint {
			t.Errorf("%s: %s, hint %q; want %s, %q", name, f.Code, hint, c.code, c.hint)
		}
	}
}
