package cli

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// creator returns the Creator that keeps the guarantee of awsidem for one intent. The innermost layer comes first: each statement wraps a layer
// around the layers before it. entry is what the journal holds of the intent, or nil if the journal is off. past is the part of entry that
// the layers need. The errors of the Creator are [*idem.OutcomeError]s.
func (a *app) creator(l lane, entry *journal.Entry, past ensure.Past, g guarantee) idem.Creator {
	goal := g.goal(l.op)
	creator := awsec2.New(l.client) // makes one attempt at EC2 and judges the answer
	if l.pace != nil {
		creator = l.pace.Creator(creator, l.limit) // waits until the account's throttle lets the call through
	}
	if entry != nil {
		creator = journal.UnlessTaken(entry, creator) // sends nothing if another run took the intent over while this process stood still
	}
	creator = ensure.Adopt(l.finder, creator, past, a.reportAdopted) // if a resource has the intent's tag, returns that resource instead
	creator = ensure.Recall(l.finder, creator, past)                 // if EC2 may have forgotten the token, describes the resource instead
	creator = retry.Wrap(creator, g.budget(past), a.reportRetry)     // repeats attempts with the same token while the outcome is open
	if l.pace != nil {
		creator = batch.Made(creator) // lets the next entry of apply begin: the layers after this one only wait
	}
	if g.wait && entry != nil {
		creator = journal.Answered(entry, creator) // records the resource's id before the wait
	}
	if g.wait {
		creator = ensure.Wait(l.finder, creator, past, goal, a.poll(g), a.warn) // waits until Describe shows that the resource reached the goal
	}
	if entry != nil {
		creator = journal.Wrap(entry, creator, g.survives(entry.Intent(), l), a.warn) // records the intent before any request, and then the outcome
	}
	if past.Succeeded && l.pace != nil {
		creator = batch.Unless(ensure.Known(l.finder, past, goal), creator) // creates only if Describe does not show the recorded resource
	}
	return creator
}

// entry returns what the journal holds of an intent. It returns nil if the journal is off, or if the intent is a dry run. No record can have a
// random token, so entry does not search for one.
func (g guarantee) entry(ctx context.Context, intent idem.Intent) *journal.Entry {
	if g.log == nil || intent.DryRun() {
		return nil
	}
	if !g.keepsToken {
		return g.log.NewEntry(forRecord(intent))
	}
	return g.log.Entry(ctx, forRecord(intent))
}

// survives reports whether a create goes on if it can't be recorded. A create with a random token does not, because the token would be lost with
// the process. A create of apply does not, because the run ends then. If the journal is shared, another machine may have made the resource so long
// ago that EC2 has forgotten the token: then only a create with the tag goes on, because Adopt finds the resource by the tag.
func (g guarantee) survives(intent idem.Intent, l lane) bool {
	return g.keepsToken && l.pace == nil && (!g.log.Shared() || ensure.Tagged(intent))
}

// past returns what the journal knows of the intent's earlier runs. It returns the error of tooOld if the outcome is open and EC2 may have
// forgotten the token: sending the token again could create a second resource.
func (g guarantee) past(entry *journal.Entry) (ensure.Past, error) {
	record, ok := entry.Past()
	if !ok || record.Outcome == idem.NothingCreated && len(record.ResourceIDs) == 0 { // EC2 has created nothing with the token
		return ensure.Past{}, nil
	}
	past := ensure.Past{
		ResourceIDs: record.ResourceIDs, AnsweredAt: record.AnsweredAt, Visible: record.Visible,
		Succeeded: record.Outcome == idem.Succeeded && len(record.ResourceIDs) > 0,
	}
	if !ensure.Tagged(record.Intent) { // Adopt finds a tagged resource, however old its token is
		past.ForgottenAt = g.forgottenAt(record)
	}
	return past, g.tooOld(record)
}

// forgottenAt returns the time from which on EC2 may have forgotten a record's token: --token-window after the token's first use. If the first use
// is more than five minutes in the future, a clock was wrong, and EC2 may have forgotten the token already.
func (g guarantee) forgottenAt(r journal.Record) time.Time {
	const skew = 5 * time.Minute
	if time.Until(r.StartedAt) > skew {
		return time.Unix(0, 0)
	}
	return r.StartedAt.Add(time.Duration(g.window))
}

// budget returns the retry policy of a run. The run ends before --token-window does, because EC2 may have forgotten the token after that time.
// A --token-window of 0 does not limit the run.
func (g guarantee) budget(past ensure.Past) retry.Policy {
	policy, left := g.policy, time.Duration(g.window)
	if !past.ForgottenAt.IsZero() && len(past.ResourceIDs) == 0 {
		left = time.Until(past.ForgottenAt)
	}
	if left > 0 && (policy.MaxElapsedTime == 0 || policy.MaxElapsedTime > left) {
		policy.MaxElapsedTime = left
	}
	return policy
}

// goal returns the goal of --wait-for, or the operation's default goal if the flag is not given.
func (g guarantee) goal(op awsec2.Operation) ensure.Goal {
	if g.waitFor == "usable" || g.waitFor == "" && op.WaitsUntilUsable() {
		return ensure.Usable
	}
	return ensure.Visible
}

// poll returns the poll function of [ensure.Wait]: the Creator that the function returns repeats a Describe until it succeeds or --wait-timeout
// has passed.
func (a *app) poll(g guarantee) func(idem.Creator) idem.Creator {
	policy := retry.DefaultPolicy()
	policy.MaxAttempts, policy.MaxElapsedTime = math.MaxInt, g.waitTimeout
	policy.MaxInterval, policy.RandomizationFactor = 5*time.Second, 0.5
	policy.AttemptTimeout = g.policy.AttemptTimeout
	return func(describe idem.Creator) idem.Creator { return retry.Wrap(describe, policy, a.reportWaiting()) }
}

// checkCredentials returns an error if this machine, without a request, shows that there are no usable credentials. Such a create leaves no
// record. If the intent is on record already, its outcome may be unknown, so the layers of creator decide.
func (a *app) checkCredentials(ctx context.Context, client *awsec2.Client, entry *journal.Entry) error {
	if entry != nil && entry.OnRecord() {
		return nil
	}
	var refusal *idem.AttemptError
	if err := client.Check(ctx); errors.As(err, &refusal) && refusal.Verdict == idem.Misconfigured {
		return &idem.OutcomeError{Outcome: idem.NothingCreated, Last: refusal, Err: refusal}
	}
	return nil
}
