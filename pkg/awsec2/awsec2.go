// Package awsec2 calls EC2. It makes one attempt for an intent with the AWS SDK, and returns the verdict. It also describes resources, and has
// the table of operations. No other package uses the SDK's EC2 client: results and errors have the types of package idem.
//
// An attempt is one HTTP request. The SDK's own retries are off, because each request needs a verdict: package retry makes all retries.
// The SDK caches the credentials until they expire, and signs each request.
package awsec2

import (
	"context"
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// New returns the Creator that makes one attempt at EC2 per call. Its errors are [*idem.AttemptError]s. For a dry run that would succeed, it
// returns an empty Result.
func New(client *Client) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		op, err := operationOf(intent)
		if err != nil {
			return idem.Result{}, err
		}
		output, ex, failed := client.send(ctx, op.Name, op.declared.create, op.withToken(intent))
		switch {
		case failed != nil && failed.Code == codeDryRun && intent.DryRun():
			return idem.Result{}, nil
		case failed != nil:
			return idem.Result{}, failed
		}
		return judgeAnswer(op, intent, ex, output)
	})
}

// operationOf returns the operation of an intent, or a misconfigured error if the package does not have that operation.
func operationOf(intent idem.Intent) (Operation, error) {
	op, ok := LookupOperation(intent.Operation)
	if !ok {
		return Operation{}, misconfigured(nil, "unknown operation %q", intent.Operation)
	}
	return op, nil
}

// send makes one request. It returns the answer as generic values (see package shape), or the verdict on the failure.
func (c *Client) send(ctx context.Context, action string, method any, input map[string]any) (map[string]any, *exchange, *idem.AttemptError) {
	ex := &exchange{action: action}
	ctx = context.WithValue(ctx, exchangeKey{}, ex)
	if c.credentials != nil {
		if _, err := c.credentials.Retrieve(ctx); err != nil {
			return nil, ex, judgeCredentials(ctx, err)
		}
	}
	output, err := call(ctx, method, c.ec2, input)
	if err != nil {
		return nil, ex, judgeError(ctx, ex, err)
	}
	return output, ex, nil
}

func misconfigured(err error, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Misconfigured, Message: fmt.Sprintf(format, args...), Err: err}
}
