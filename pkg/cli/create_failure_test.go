package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// What a user reads at each end of a create that failed: why it ended, what can exist, and what to run next.
func TestEndOfCreate(t *testing.T) {
	op, _ := awsec2.LookupOperation("CreateRouteTable")
	intent := idem.Intent{Operation: op.Name, ClientToken: "T"}
	attempt := func(verdict idem.Verdict, code, message string) *idem.AttemptError {
		return &idem.AttemptError{Verdict: verdict, Operation: op.Name, Code: code, Message: message}
	}
	ended := func(outcome idem.Outcome, last *idem.AttemptError, err error) *idem.OutcomeError {
		if err == nil {
			err = last
		}
		return &idem.OutcomeError{Outcome: outcome, Attempts: 3, Last: last, Err: err}
	}
	unread := attempt(idem.Unknown, "", "no answer")
	unread.RequestID = "59dbff89"
	refused := attempt(idem.Rejected, "Mystery", "no")
	used := attempt(idem.Mismatch, "IdempotentParameterMismatch", "Wrong arguments for request with token T")
	goneNow := &idem.AttemptError{Verdict: idem.Mismatch, Operation: op.Name, Code: "IdempotentInstanceTerminated", Message: "The instance is gone", Gone: true}
	goneOnRecord := &idem.AttemptError{Verdict: idem.Mismatch, Operation: op.Name, Message: "the client token T belongs to rtb-1, which is gone", Gone: true}
	misconfigured := attempt(idem.Misconfigured, "", "Unable to locate credentials")
	throttled := attempt(idem.NotApplied, "RequestLimitExceeded", "slow down")
	budget := &retry.BudgetError{Attempts: 3, Elapsed: time.Second, Reason: "no attempt is left of --max-attempts"}
	disk := errors.New("the disk is full")
	const (
		anError = "An error occurred "
		call    = " when calling the CreateRouteTable operation: "
		spent   = "gave up after 3 attempts in 1s: no attempt is left of --max-attempts"
		again   = "to try again: awsidem resume T"
		mayBe   = "the route table may exist; its client token is T, and a new token could create a second one"
	)
	for name, c := range map[string]struct {
		err   *idem.OutcomeError
		lines []string
		hints []string
	}{
		"unknown": {
			ended(idem.OutcomeUnknown, unread, budget),
			[]string{"no answer", spent, "the outcome is unknown: " + mayBe + " (request id 59dbff89)"}, []string{"to settle it: awsidem resume T"},
		},
		"throttled": {
			ended(idem.NothingCreated, throttled, budget),
			[]string{anError + "(RequestLimitExceeded)" + call + "slow down", spent, "nothing was created"}, []string{again},
		},
		"rejected": {ended(idem.NothingCreated, refused, nil), []string{anError + "(Mystery)" + call + "no", "nothing was created"}, nil},
		"mismatch": {
			ended(idem.NothingCreated, used, nil),
			[]string{anError + "(IdempotentParameterMismatch)" + call + "Wrong arguments for request with token T", "nothing was created"},
			[]string{"use the parameters of the token's first use; for another resource, use another key or token; the first use is in CloudTrail: event name CreateRouteTable, field requestParameters.clientToken"},
		},
		"mismatch on record": {
			ended(idem.NothingCreated, awsec2.Mismatch(intent, errOnRecord), nil),
			[]string{
				anError + "(IdempotentParameterMismatch)" + call + "Wrong arguments for request with token T",
				"nothing was sent: awsidem refuses the token because of its use on record",
			},
			[]string{
				"use the parameters of the token's first use; for another resource, use another key or token; the first use is in CloudTrail: event name CreateRouteTable, field requestParameters.clientToken",
				"the uses of the token: awsidem journal show T",
			},
		},
		"gone": {
			ended(idem.NothingCreated, goneNow, nil),
			[]string{anError + "(IdempotentInstanceTerminated)" + call + "The instance is gone", "nothing else was created"},
			[]string{"the instance of this token is terminated: for another instance, use another key or token"},
		},
		"gone, on record": {
			ended(idem.NothingCreated, goneOnRecord, nil),
			[]string{"the client token T belongs to rtb-1, which is gone", "nothing was created"},
			[]string{"choose a new key or token: this one can't create anything any more"},
		},
		"not the one": {
			ended(idem.NothingCreated, attempt(idem.Mismatch, "", "rtb-1 is another"), nil),
			[]string{"rtb-1 is another", "nothing was created"}, []string{"another resource needs another key or token"},
		},
		"misconfigured": {
			ended(idem.NothingCreated, misconfigured, nil), []string{"Unable to locate credentials"},
			[]string{`run "aws configure" or "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`},
		},
		"misconfigured, unknown": {
			ended(idem.OutcomeUnknown, misconfigured, nil), []string{"Unable to locate credentials", "the outcome is unknown: " + mayBe},
			[]string{`run "aws configure" or "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`, "to settle it: awsidem resume T"},
		},
		"undecided": {
			ended(idem.OutcomeUnknown, attempt(idem.Undecided, "", "2 resources carry the tag"), nil),
			[]string{"2 resources carry the tag"}, []string{"when that is settled: awsidem resume T"},
		},
		"made before": {
			ended(idem.OutcomeUnknown, refused, &journal.MadeError{ResourceIDs: []string{"rtb-1"}, Err: refused}),
			[]string{anError + "(Mystery)" + call + "no", "this run created nothing, but the journal shows that an earlier run made rtb-1 with this token"}, []string{again},
		},
		"failed": {
			ended(idem.Succeeded, nil, &ensure.FailedError{IDs: []string{"rtb-1"}, State: "failed", Reason: "no space"}),
			[]string{"rtb-1 was created, but its state is failed: no space"}, []string{"delete the route table; its key or token is used up: choose a new one for another"},
		},
		"failed and gone": {
			ended(idem.Succeeded, nil, &ensure.FailedError{IDs: []string{"rtb-1"}, State: "deleted", Gone: true}),
			[]string{"rtb-1 was created, but its state is deleted"}, []string{"its key or token is used up: choose a new one for another route table"},
		},
		"not visible in time": {
			ended(idem.OutcomeUnknown, attempt(idem.NotApplied, "", "rtb-1 is not visible yet"), &ensure.NotReadyError{IDs: []string{"rtb-1"}, Err: budget}),
			[]string{"rtb-1 is not visible yet", "rtb-1 was created, but is not visible after --wait-timeout"},
			[]string{"if the resource was deleted, choose a new key or token for another one", "to check again: awsidem resume T"},
		},
		"interrupted": {
			ended(idem.NothingCreated, nil, errors.New("interrupted by SIGINT")), []string{"interrupted by SIGINT", "nothing was created"}, nil,
		},
		"no journal": {
			ended(idem.NothingCreated, nil, &journal.WriteError{Err: disk}), []string{"the journal can't be written: the disk is full", "nothing was created"},
			[]string{"repair the journal's folder, or set AWSIDEM_JOURNAL to another one; or give the token with --client-token or --idempotency-key; or use --no-journal"},
		},
		"no journal, unknown before": {
			ended(idem.OutcomeUnknown, nil, &journal.WriteError{Err: disk}),
			[]string{"the journal can't be written: the disk is full", "nothing was sent by this run, and the outcome of earlier runs is unknown: " + mayBe},
			[]string{
				"repair the journal's folder, or set AWSIDEM_JOURNAL to another one; or give the token with --client-token or --idempotency-key; or use --no-journal",
				"to settle it: awsidem resume T",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := explain(&createError{op: op, intent: intent, again: "awsidem resume T", err: c.err})
			if diff := cmp.Diff(c.lines, f.Lines); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.hints, f.Hints); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
			if f.Outcome != c.err.Outcome || f.ClientToken != "T" || f.Attempts != 3 || strings.Contains(c.lines[len(c.lines)-1], "rtb-1 was created") && len(f.ResourceIDs) != 1 {
				t.Errorf("%+v", f)
			}
		})
	}
	dry := &createError{op: op, intent: idem.Intent{Operation: op.Name, Input: map[string]any{"DryRun": true}}, again: "awsidem again", err: ended(idem.OutcomeUnknown, unread, nil)}
	want := "no answer\nnothing was created by this dry run; whether it would succeed is unknown (request id 59dbff89)"
	if got := strings.Join(explain(dry).Lines, "\n"); got != want {
		t.Errorf("dry run: %q, want %q", got, want)
	}
}
