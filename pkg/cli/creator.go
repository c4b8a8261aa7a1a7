package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// creator composes the guarantee of the whole program. Read it from the inside: one attempt at EC2, judged; adopt instead of
// creating, where the tag shows that it is there; describe what the journal remembers from before EC2 may have forgotten;
// again with the same token while the outcome is open and the budget lasts; the answer on record while it is waited for; done only
// when it can be seen; on record from before the first byte to the end; not on record where this machine alone can tell that there are no
// credentials; not at all where EC2 may have forgotten what is open.
func (a *app) creator(client *awsec2.Client, g guarantee) idem.Creator {
	past := g.past(time.Now())
	finder, attempt := g.together.finder(client), g.together.paced(awsec2.New(client))
	return a.held(g, a.checked(client, g, a.recorded(g,
		a.visible(finder, g, past, a.answered(g, g.together.made(
			retry.Wrap(a.recalled(finder, g, past, ensure.Adopt(finder, attempt, past, a.reportAdopted)), g.policy, a.reportRetry)))))))
}

// A layer that is switched off is not in the creator.

func (a *app) held(g guarantee, next idem.Creator) idem.Creator {
	if g.log == nil || !g.keepsToken {
		return next
	}
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if r, ok := g.log.Lookup(intent); ok && r.Outcome == idem.OutcomeUnknown {
			if err := g.tooOld(r); err != nil {
				return idem.Result{}, err
			}
		}
		return next.Create(ctx, intent)
	})
}

func (a *app) checked(client *awsec2.Client, g guarantee, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if g.log != nil {
			if _, onRecord := g.log.Lookup(intent); onRecord { // its outcome may be open: a refusal is not all that is to be said of it
				return next.Create(ctx, intent)
			}
		}
		var refusal *idem.AttemptError
		if err := client.Check(ctx); errors.As(err, &refusal) && refusal.Verdict == idem.Misconfigured {
			return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Last: refusal, Err: refusal}
		}
		return next.Create(ctx, intent)
	})
}

func (a *app) recorded(g guarantee, next idem.Creator) idem.Creator {
	if g.log == nil {
		return next
	}
	return journal.Wrap(g.log, next, g.keepsToken && g.together == nil, a.warn)
}

func (a *app) visible(finder idem.Finder, g guarantee, past pastFunc, next idem.Creator) idem.Creator {
	if !g.wait {
		return next
	}
	poll := func(look idem.Creator) idem.Creator { return retry.Wrap(look, g.waitPolicy(), a.reportWaiting()) }
	return ensure.Visible(finder, next, poll, past, a.warn)
}

func (a *app) answered(g guarantee, next idem.Creator) idem.Creator {
	if g.log == nil || !g.wait {
		return next
	}
	return journal.Answered(next)
}

func (a *app) recalled(finder idem.Finder, g guarantee, past pastFunc, next idem.Creator) idem.Creator {
	if g.log == nil || !g.keepsToken {
		return next
	}
	return ensure.Recall(finder, next, g.remembered, past)
}

// waitPolicy says how long and how often Describe is asked.
func (g guarantee) waitPolicy() retry.Policy {
	p := retry.DefaultPolicy()
	p.MaxAttempts, p.MaxElapsedTime = math.MaxInt, g.waitTimeout
	p.MaxInterval, p.RandomizationFactor = 5*time.Second, 0.5
	p.AttemptTimeout = g.policy.AttemptTimeout
	return p
}

// A pastFunc gives what is known of the earlier uses of an intent's token.
type pastFunc = func(intent idem.Intent, id string) ensure.Past

// past gives what was known before now: the answer of this run is on record, too.
func (g guarantee) past(now time.Time) pastFunc {
	now = now.Truncate(time.Millisecond) // as the record's times
	return func(intent idem.Intent, id string) ensure.Past {
		if g.log == nil || !g.keepsToken {
			return ensure.Past{}
		}
		r, ok := g.log.Lookup(intent)
		if !ok || r.ResourceID != id || !r.AnsweredAt.Before(now) {
			return ensure.Past{}
		}
		return ensure.Past{AnsweredAt: r.AnsweredAt, Seen: r.Visible}
	}
}

// remembered gives the resource that was made for an intent, and whether EC2 may have forgotten its token. One with a tag is found by
// that.
func (g guarantee) remembered(intent idem.Intent) (id string, forgotten bool) {
	r, _ := g.log.Lookup(intent)
	return r.ResourceID, g.mayBeForgotten(r) && !ensure.Tagged(intent)
}

// mayBeForgotten reports whether EC2 is not trusted to know a record's token any more. Nor is it if the record is yet to come, by
// more than clocks may differ: then its age can't be told.
func (g guarantee) mayBeForgotten(r journal.Record) bool {
	const skew = 5 * time.Minute
	age := time.Since(r.StartedAt)
	return age < -skew || age > time.Duration(g.window)
}

// reportRetry says in one line what went wrong with an attempt and when the next one follows.
func (a *app) reportRetry(r retry.Retry) {
	if structuredErrors(a.global.errorFormat) || a.tally != nil && !a.global.debug {
		return // stderr is then one document, for a program to read; or there are too many of them
	}
	why := ""
	if r.Err.NotYet {
		why = " (--vpc-grace: it may have been made a moment ago)"
	}
	a.say("attempt %d of %d: %s%s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), why, roundDelay(r.Delay))
}

// reportWaiting gives what says once, when waiting begins to be long, what is waited for.
func (a *app) reportWaiting() func(retry.Retry) {
	start, said := time.Now(), false
	return func(r retry.Retry) {
		if !said && time.Since(start) > 5*time.Second && a.tally == nil && !structuredErrors(a.global.errorFormat) {
			a.say("waiting: %s", r.Err)
			said = true
		}
	}
}

// reportAdopted says that a resource was found and not created.
func (a *app) reportAdopted(id string) {
	if a.tally == nil && !structuredErrors(a.global.errorFormat) {
		a.say("adopted %s: it carries the tag of this client token", id)
	}
}

// caution says on stderr what is worth knowing and ends nothing; where stderr is to be one document, in that.
func (a *app) caution(format string, args ...any) {
	if structuredErrors(a.global.errorFormat) {
		a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
		return
	}
	a.say("warning: "+format, args...)
}

// note says how things go; where stderr is to be one document, in that.
func (a *app) note(format string, args ...any) {
	if structuredErrors(a.global.errorFormat) {
		a.notes = append(a.notes, fmt.Sprintf(format, args...))
		return
	}
	a.say(format, args...)
}

// warn says what went wrong and did not end the command.
func (a *app) warn(err error) {
	if a.tally != nil {
		a.tally.warn(err)
		return
	}
	a.caution("%v", err)
}
