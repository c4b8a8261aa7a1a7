package cli

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// connectTable returns the client of a table. The table is used with the account and in the Region of an EC2 client, unless its URL names
// others. ec2 is nil if there is no client yet.
func (a *app) connectTable(ctx context.Context, t journal.Table, ec2 *awsec2.Client) (*dynamodb.Client, error) {
	if ec2 == nil || t.Profile != "" {
		options, err := a.clientOptions()
		if err != nil {
			return nil, err
		}
		options.EndpointURL = "" // it is EC2's
		if t.Profile != "" {
			options.Profile = t.Profile
		}
		if t.Region != "" {
			options.Region = t.Region
		}
		if ec2, err = awsec2.Connect(ctx, options); err != nil { // nothing is sent to EC2 with it
			return nil, err
		}
	}
	service, err := ec2.Service(ctx, "DYNAMODB", t.Region, t.Endpoint)
	if err != nil {
		return nil, err
	}
	a.await()
	if service.Exposed() {
		a.caution("requests to %s cross the network unencrypted", service.Endpoint)
	}
	config := dynamodb.Config{
		Endpoint: service.Endpoint, Region: service.Region, Credentials: service.Credentials, HTTP: service.HTTP,
		UserAgent: "awsidem/" + version(), Repeat: (&tableCalls{report: a.reportTableRetry}).repeat,
	}
	if a.global.debug {
		config.Debug, config.Mask = a.debug(), journal.InputAttribute
	}
	return dynamodb.New(config), nil
}

// connectAttempts is how many attempts of a call at a table may find no connection. The waits between them take 1.5 seconds on average: a
// network that is not there by then is not there soon, and a create waits for the table.
const connectAttempts = 6

// shortCall is the budget of a call after one that failed without an answer: the table hangs, and what a command prints waits for the call.
const shortCall = 2 * time.Second

// tableCalls repeats the attempts of calls at one table, as package retry repeats the attempts at EC2.
type tableCalls struct {
	report  func(retry.Retry)
	failing atomic.Bool // the last call found no connection, or got no answer in time: the next one is short
}

// repeat calls attempt until its error allows no further attempt, or the budget is used up. The budget is small: a create waits for the call.
func (c *tableCalls) repeat(ctx context.Context, attempt func(context.Context) error) error {
	policy := retry.DefaultPolicy()
	policy.MaxAttempts, policy.MaxElapsedTime, policy.AttemptTimeout = 10, 10*time.Second, 5*time.Second
	policy.InitialInterval, policy.MaxInterval = 50*time.Millisecond, 5*time.Second
	most, unconnected, silent := connectAttempts, 0, false
	if c.failing.Load() {
		most, policy.MaxElapsedTime = 1, shortCall
	}
	once := idem.CreatorFunc(func(ctx context.Context, _ idem.Intent) (idem.Result, error) {
		err := attempt(ctx)
		silent = err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded)
		var (
			unreachable *dynamodb.UnreachableError
			judged      *idem.AttemptError
		)
		if !errors.As(err, &unreachable) || !errors.As(err, &judged) {
			unconnected = 0
			return idem.Result{}, err
		}
		if unconnected++; unconnected >= most {
			last := *judged
			last.Verdict = idem.Misconfigured
			return idem.Result{}, &last
		}
		return idem.Result{}, err
	})
	_, err := retry.Wrap(once, policy, func(r retry.Retry) {
		if unconnected > 0 {
			r.MaxAttempts = min(r.MaxAttempts, r.Attempt-unconnected+most)
		}
		c.report(r)
	}).Create(ctx, idem.Intent{})
	c.failing.Store(unconnected > 0 || silent)
	return err
}

// reportTableRetry prints one line about a failed attempt at a journal's table, as reportRetry does for an attempt at EC2.
func (a *app) reportTableRetry(r retry.Retry) {
	if !a.hidesRetries() {
		a.say("journal: attempt %d of %d: %s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), roundDelay(r.Delay))
	}
}

// isTaken reports whether an error says that another run works on an intent, or has taken the intent over.
func isTaken(err error) bool {
	var taken *journal.TakenError
	return errors.As(err, &taken)
}
