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

// creator returns the guarantee of awsidem for one intent. Read it from the inside out: each statement wraps a layer around the ones
// before it. entry is what the journal holds of the intent, read once; nil if the journal is off. past is what the layers need of it.
func (a *app) creator(l lane, entry *journal.Entry, past ensure.Past, goal ensure.Goal, g guarantee) idem.Creator {
	creator := awsec2.New(l.client) // one attempt at EC2, judged
	if l.pace != nil {
		creator = l.pace.Creator(creator, l.limit) // no faster than the account's throttle allows
	}
	if entry != nil {
		creator = journal.Held(entry, creator) // unless another run took the intent over while this process stood still
	}
	creator = ensure.Adopt(l.finder, creator, past, a.reportAdopted) // return the resource that has the intent's tag, if there is one
	creator = ensure.Recall(l.finder, creator, past)                 // describe the resource of a token that EC2 may have forgotten
	creator = retry.Wrap(creator, g.budget(past), a.reportRetry)     // again, with the same token, while the outcome is open
	if l.pace != nil {
		creator = batch.Made(creator) // let the next entry begin: what follows only waits
	}
	if g.wait && entry != nil {
		creator = journal.Answered(entry, creator) // the resource's id on record while this run waits
	}
	if g.wait {
		creator = ensure.Wait(l.finder, creator, past, goal, a.poll(g), a.warn) // success only when the next command can use the resource
	}
	if entry != nil {
		creator = journal.Wrap(entry, creator, g.survives(entry.Intent(), l), a.warn) // on record from before the first request to the end
	}
	return creator
}

// entry reads what the journal holds of an intent; nil if the journal is off, or if the intent is a dry run.
func (g guarantee) entry(intent idem.Intent) *journal.Entry {
	if g.log == nil || intent.DryRun() {
		return nil
	}
	if !g.keepsToken {
		return g.log.NewEntry(intent)
	}
	return g.log.Entry(intent)
}

// survives reports whether a create may go on without a record. Without a record in a shared journal nobody knows whether EC2 has forgotten
// the token, so the resource must have a tag to be found by.
func (g guarantee) survives(intent idem.Intent, l lane) bool {
	return g.keepsToken && l.pace == nil && (!g.log.Shared() || ensure.Tagged(intent))
}

// past returns what the journal knows of the token's earlier uses. It returns an error if EC2 may have forgotten the token while the
// outcome is open: sending the token again could then create a second resource.
func (g guarantee) past(entry *journal.Entry) (ensure.Past, error) {
	record, ok := entry.Past()
	if !ok || record.Outcome == idem.NothingCreated && len(record.ResourceIDs) == 0 { // then the token is as good as new
		return ensure.Past{}, nil
	}
	past := ensure.Past{ResourceIDs: record.ResourceIDs, AnsweredAt: record.AnsweredAt, Visible: record.Visible}
	if !ensure.Tagged(record.Intent) { // Adopt finds a tagged resource, however old its token is
		past.ForgottenAt = g.forgottenAt(record)
	}
	return past, g.tooOld(record)
}

// forgottenAt returns from when on EC2 may have forgotten a record's token: --token-window after its first use. A record that was written in
// the future, by more than clocks differ, has no usable age: its token may be forgotten already.
func (g guarantee) forgottenAt(r journal.Record) time.Time {
	const skew = 5 * time.Minute
	if time.Until(r.StartedAt) > skew {
		return time.Unix(0, 0)
	}
	return r.StartedAt.Add(time.Duration(g.window))
}

// budget returns the retry policy of a run. A run sends a token no longer than EC2 is trusted to remember it.
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

// goal returns what a create waits for: what --wait-for says, else the operation's default.
func (g guarantee) goal(op awsec2.Operation) ensure.Goal {
	if g.waitFor == "usable" || g.waitFor == "" && op.WaitsUntilUsable() {
		return ensure.Usable
	}
	return ensure.Visible
}

// poll returns a function that repeats a Describe until the resource is as asked for, or --wait-timeout ends.
func (a *app) poll(g guarantee) func(idem.Creator) idem.Creator {
	policy := retry.DefaultPolicy()
	policy.MaxAttempts, policy.MaxElapsedTime = math.MaxInt, g.waitTimeout
	policy.MaxInterval, policy.RandomizationFactor = 5*time.Second, 0.5
	policy.AttemptTimeout = g.policy.AttemptTimeout
	return func(describe idem.Creator) idem.Creator { return retry.Wrap(describe, policy, a.reportWaiting()) }
}

// checkCredentials returns a refusal if this machine alone shows that there are no usable credentials. Such a create leaves no record. If the
// intent is on record already, its outcome may be open, so the layers of creator decide.
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
