package awsec2

import (
	"slices"
	"strings"
)

// All that the program knows of EC2's error codes is in this file. The sources:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (the codes),
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html (throttles).

const (
	codeDryRun      = "DryRunOperation"             // the success of a dry run
	codeMismatch    = "IdempotentParameterMismatch" // the token was used with other parameters
	codeVPCNotFound = "InvalidVpcID.NotFound"       // also for some seconds after the VPC was created
	codeNoDocument  = "UnknownError"                // the SDK's code for an error answer without an error document
)

// isThrottle reports whether code means that there were too many requests and that EC2 did not apply this one.
func isThrottle(code string) bool {
	return slices.Contains([]string{
		"RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled",
		"RequestThrottledException", "SlowDown", "BandwidthLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete",
	}, code)
}

// isServerError reports whether code means a failure inside EC2: EC2 may have applied the request, whatever the HTTP status.
func isServerError(code string) bool {
	return slices.Contains([]string{"InternalError", "InternalFailure", "ServerInternal", "ServiceUnavailable", "Unavailable"}, code)
}

// isDenial reports whether code means that the caller may not run the action or that the endpoint does not have the action.
func isDenial(code string) bool {
	return slices.Contains([]string{
		"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "InvalidAction", "UnsupportedOperation",
	}, code)
}

// isNotFound reports whether code means that the resource which a request of the operation's Describe action names is not there:
// InvalidRouteTableID.NotFound for a RouteTableId.
func (op Operation) isNotFound(code string) bool {
	return strings.EqualFold(code, "Invalid"+op.ID+".NotFound")
}

// Remedy returns what a user can do about an error code of EC2, in one line without a full stop. It returns "" if retrying is the
// remedy, or if none is known.
func Remedy(code string) string {
	switch code {
	case codeMismatch:
		return "use the parameters of the token's first use, or another token or key for another resource"
	case "UnauthorizedOperation":
		return "if the message is encoded, read it with: aws sts decode-authorization-message --encoded-message MESSAGE"
	case "RequestExpired":
		return "this machine's clock is off by more than 15 minutes, or its temporary credentials have expired"
	case "RouteTableLimitExceeded", "NetworkAclLimitExceeded":
		return "ask for a higher quota, or delete what is not needed: aws service-quotas list-service-quotas --service-code vpc"
	case codeVPCNotFound:
		return "is this the VPC's Region and account? aws ec2 describe-vpcs lists those that are there"
	}
	return ""
}
