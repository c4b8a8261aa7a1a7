package cli

import (
	"context"
	"errors"
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
		if ec2, err = a.connect(ctx, options); err != nil {
			return nil, err
		}
	}
	service, err := ec2.Service(ctx, "DYNAMODB", t.Region, t.Endpoint)
	if err != nil {
		return nil, err
	}
	return dynamodb.New(dynamodb.Config{
		Endpoint: service.Endpoint, Region: service.Region, Credentials: service.Credentials, HTTP: service.HTTP,
		UserAgent: "awsidem/" + version(), Repeat: repeatTableCall,
	}), nil
}

// repeatTableCall repeats an attempt at DynamoDB as package retry repeats an attempt at EC2. The budget is small: a create waits for it.
func repeatTableCall(ctx context.Context, attempt func(context.Context) error) error {
	policy := retry.DefaultPolicy()
	policy.MaxAttempts, policy.MaxElapsedTime, policy.AttemptTimeout = 10, 10*time.Second, 5*time.Second
	policy.InitialInterval, policy.MaxInterval = 50*time.Millisecond, 5*time.Second
	_, err := retry.Wrap(idem.CreatorFunc(func(ctx context.Context, _ idem.Intent) (idem.Result, error) {
		return idem.Result{}, attempt(ctx)
	}), policy, nil).Create(ctx, idem.Intent{})
	return err
}

// isTaken reports whether an error says that another run works on an intent, or has taken the intent over.
func isTaken(err error) bool {
	var taken *journal.TakenError
	return errors.As(err, &taken)
}
