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

// connectTable returns the client of a table. creates is the EC2 client of the creates that the table records, or nil if the command creates nothing.
func (a *app) connectTable(ctx context.Context, t journal.Table, creates *awsec2.Client) (*dynamodb.Client, error) {
	account, err := a.tableAccount(t, creates)
	if err != nil {
		return nil, err
	}
	service, err := account.Service(ctx, "DYNAMODB", t.Region, t.Endpoint)
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

// tableAccount returns an EC2 client with the credentials and the Region for a table. The profile in the table's URL chooses only the credentials.
// The Region is that of the URL, else that of the creates, else that of the environment and the flags.
func (a *app) tableAccount(t journal.Table, creates *awsec2.Client) (*awsec2.Client, error) {
	if creates != nil && t.Profile == "" {
		return creates, nil
	}
	options, err := a.clientOptions()
	if err != nil {
		return nil, err
	}
	options.EndpointURL = "" // --endpoint-url names an endpoint of EC2
	switch {
	case t.Region != "":
		options.Region = t.Region
	case creates != nil:
		options.Region = creates.Region()
	case t.Profile != "":
		environment, err := awsec2.Connect(options)
		if err != nil {
			return nil, err
		}
		options.Region = environment.Region()
	}
	if t.Profile != "" {
		options.Profile, options.ProfilePlace = t.Profile, "the table's URL"
	}
	return awsec2.Connect(options) // nothing is sent to EC2 with it
}

// connectAttempts is how many attempts in a row of one call may find no connection. The waits between these attempts take 1.5 seconds on
// average. Longer waits rarely help, and a create waits for the call.
const connectAttempts = 6

// shortCall is the budget of a call after one that ended without a connection or without an answer in time. A create waits for the call.
const shortCall = 2 * time.Second

// tablePolicy returns the budget of one call. The budget is small, because a create waits for the call.
func tablePolicy() retry.Policy {
	policy := retry.DefaultPolicy()
	policy.MaxAttempts, policy.MaxElapsedTime, policy.AttemptTimeout = 10, 10*time.Second, 5*time.Second
	policy.InitialInterval, policy.MaxInterval = 50*time.Millisecond, 5*time.Second
	return policy
}

// tableCalls repeats the attempts of calls at one table, with package retry.
type tableCalls struct {
	report  func(retry.Retry)
	failing atomic.Bool // whether the last call ended without a connection, or without an answer in time: then the next call is short
}

// repeat calls attempt until the error allows no further attempt, until the budget of tablePolicy is used up, or until connectAttempts attempts
// in a row found no connection. It returns the error of the last attempt as [retry.Wrap] does.
func (c *tableCalls) repeat(ctx context.Context, attempt func(context.Context) error) error {
	limit, policy := connectAttempts, tablePolicy()
	if c.failing.Load() {
		limit, policy.MaxElapsedTime = 1, shortCall
	}
	failures := 0   // the number of the latest attempts in a row that found no connection
	silent := false // whether the last attempt got no answer in time
	once := idem.CreatorFunc(func(limited context.Context, _ idem.Intent) (idem.Result, error) {
		err := attempt(limited)
		silent = err != nil && errors.Is(limited.Err(), context.DeadlineExceeded) && ctx.Err() == nil // a caller's shorter limit proves nothing
		var unreachable *dynamodb.UnreachableError
		if !errors.As(err, &unreachable) {
			failures = 0
			return idem.Result{}, err
		}
		if failures++; failures >= limit {
			err = idem.Changed(err, func(e *idem.AttemptError) { e.Verdict = idem.Misconfigured }) // package retry does not repeat such an attempt
		}
		return idem.Result{}, err
	})
	report := func(r retry.Retry) {
		if failures > 0 {
			r.MaxAttempts = min(r.MaxAttempts, r.Attempt-failures+limit)
		}
		c.report(r)
	}
	_, err := retry.Wrap(once, policy, report).Create(ctx, idem.Intent{})
	c.failing.Store(failures > 0 || silent)
	return err
}

// reportTableRetry prints one line about a failed attempt of a call at a journal's table.
func (a *app) reportTableRetry(r retry.Retry) {
	if !a.hidesRetries() {
		a.say("journal: attempt %d of %d: %s%s; trying again in %s", r.Attempt, r.MaxAttempts, r.Err, requestID(r.Err), roundDelay(r.Delay))
	}
}
