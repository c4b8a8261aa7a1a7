// Package awsec2 speaks to EC2: it makes one attempt of an intent with the AWS SDK and judges it. With package
// identity, it is the only user of the SDK; what leaves it are the words of package idem.
//
// An attempt is one HTTP request. The SDK's own retries are off, for each request must be judged, and all retrying is
// package retry's. The credentials are resolved anew (from the SDK's cache while they last) and the request is signed anew
// at each attempt.
package awsec2

import (
	"context"
	"fmt"
	"maps"

	"github.com/awsidem/awsidem/pkg/idem"
)

// New gives the Creator that makes one attempt at EC2 a call. Its errors are [*idem.AttemptError]s.
func New(client *Client) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		op, ok := LookupOperation(intent.Operation)
		if !ok {
			return idem.Result{}, misconfigured(nil, "unknown operation %q", intent.Operation)
		}
		input := maps.Clone(intent.Input)
		if input == nil {
			input = map[string]any{}
		}
		input["ClientToken"] = intent.ClientToken // never left to the SDK, which would make a new one at each call

		output, ex, err := client.send(ctx, op.Name, op.create, input)
		switch {
		case err != nil && err.Code == "DryRunOperation" && intent.DryRun():
			return idem.Result{}, nil
		case err != nil:
			return idem.Result{}, err
		}
		return judgeAnswer(op, intent, ex, output)
	})
}

// send makes one request and judges its failure, if it is one.
func (c *Client) send(ctx context.Context, action string, call call, input map[string]any) (map[string]any, *exchange, *idem.AttemptError) {
	ctx, ex := withExchange(ctx)
	if c.credentials != nil {
		if _, err := c.credentials.Retrieve(ctx); err != nil {
			return nil, ex, judgeCredentials(ctx, err)
		}
	}
	output, err := call(ctx, c.ec2, input)
	if err != nil {
		return nil, ex, judgeError(ctx, action, ex, err)
	}
	return output, ex, nil
}

func misconfigured(err error, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Misconfigured, Message: fmt.Sprintf(format, args...), Err: err}
}
