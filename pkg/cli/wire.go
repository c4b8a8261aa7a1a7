package cli

import (
	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
)

// creator composes the guarantee. Read it from the inside: one attempt at EC2, judged; again with the same token while the
// outcome is open and the budget lasts.
func (a *app) creator(client *awsec2.Client, policy retry.Policy) idem.Creator {
	return retry.Wrap(awsec2.New(client), policy, a.reportRetry)
}

// reportRetry says in one line what went wrong with an attempt and when the next one follows.
func (a *app) reportRetry(r retry.Retry) {
	if structuredErrors(a.global.errorFormat) {
		return // stderr is then one document, for a program to read
	}
	a.say("attempt %d of %d: %s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), roundDelay(r.Delay))
}
