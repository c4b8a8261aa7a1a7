package awsec2

import (
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Mismatch returns EC2's error for an intent whose token was used with other parameters. It is for a caller that knows the first use: EC2
// overlooks some parameters, such as the Availability Zone, and forgets tokens. cause becomes the error's Err. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
func Mismatch(intent idem.Intent, cause error) *idem.AttemptError {
	return &idem.AttemptError{
		Verdict: idem.Mismatch, Operation: intent.Operation, Code: codeMismatch,
		Message: fmt.Sprintf("Wrong arguments for request with token %s", intent.ClientToken), Err: cause,
	}
}
