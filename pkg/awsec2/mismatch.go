package awsec2

import (
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Mismatch returns, without a request, the error that EC2 returns if an intent's token was used with other parameters. A caller that knows the
// first use of the token needs this error, because EC2 forgets tokens and does not compare some parameters, such as the Availability Zone.
// cause becomes the error's Err. See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
func Mismatch(intent idem.Intent, cause error) *idem.AttemptError {
	return &idem.AttemptError{
		Verdict: idem.Mismatch, Operation: intent.Operation, Code: codeMismatch,
		Message: fmt.Sprintf("Wrong arguments for request with token %s", intent.ClientToken), Err: cause,
	}
}
