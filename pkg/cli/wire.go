package cli

import (
	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A guarantee is what is asked of a create beyond the request itself. A layer that is switched off is not in the creator.
type guarantee struct {
	policy     retry.Policy
	log        *journal.Journal // nil: nothing is recorded
	keepsToken bool             // the token outlives this process without a record: it was given, or derives from a key
}

// creator composes the guarantee. Read it from the inside: one attempt at EC2, judged; again with the same token while the
// outcome is open and the budget lasts; on record before the first byte.
func (a *app) creator(client *awsec2.Client, g guarantee) idem.Creator {
	journaled := func(next idem.Creator) idem.Creator {
		if g.log == nil {
			return next
		}
		return journal.Wrap(g.log, next, g.keepsToken, a.warn)
	}
	return journaled(retry.Wrap(awsec2.New(client), g.policy, a.reportRetry))
}

// reportRetry says in one line what went wrong with an attempt and when the next one follows.
func (a *app) reportRetry(r retry.Retry) {
	if structuredErrors(a.global.errorFormat) {
		return // stderr is then one document, for a program to read
	}
	a.say("attempt %d of %d: %s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), roundDelay(r.Delay))
}

// warn says what went wrong and did not end the command.
func (a *app) warn(err error) { a.say("warning: %v", err) }
