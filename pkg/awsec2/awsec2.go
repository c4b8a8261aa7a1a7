// Package awsec2 calls EC2: it makes one attempt of an intent with the AWS SDK and judges the outcome. Only this package and package
// identity use the SDK; everything that leaves the package is in the words of package idem.
//
// An attempt is one HTTP request. The SDK's own retries are off, because each request needs a verdict and package retry does all
// the retrying. Each attempt resolves the credentials anew (from the SDK's cache while they last) and signs the request anew.
package awsec2

import (
	"context"
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// New returns the Creator that makes one attempt at EC2 a call. Its errors are [*idem.AttemptError]s.
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

// operationOf returns the operation of an intent. Every request of this package begins here.
func operationOf(intent idem.Intent) (Operation, error) {
	op, ok := LookupOperation(intent.Operation)
	if !ok {
		return Operation{}, misconfigured(nil, "unknown operation %q", intent.Operation)
	}
	return op, nil
}

// send makes one request. It returns the answer as generic values, or the verdict on the failure.
func (c *Client) send(ctx context.Context, action string, method any, input map[string]any) (map[string]any, *exchange, *idem.AttemptError) {
	ctx, ex := withExchange(ctx)
	if c.credentials != nil {
		if _, err := c.credentials.Retrieve(ctx); err != nil {
			return nil, ex, judgeCredentials(ctx, err)
		}
	}
	output, err := call(ctx, method, c.ec2, input)
	if err != nil {
		return nil, ex, judgeError(ctx, action, ex, err)
	}
	return output, ex, nil
}

func misconfigured(err error, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Misconfigured, Message: fmt.Sprintf(format, args...), Err: err}
}
