package awsec2

import (
	"slices"
	"strings"
)

// This file has all EC2 error codes that the program knows. The sources:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (the codes),
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html (throttles).

const (
	codeDryRun     = "DryRunOperation"              // the success of a dry run
	codeMismatch   = "IdempotentParameterMismatch"  // the token was used with other parameters
	codeTerminated = "IdempotentInstanceTerminated" // the token's instance is terminated
	codeTagBusy    = "ConcurrentTagAccess"          // another request changes the same tags
	codeRetryable  = "RetryableError"               // a request that EC2 made on the caller's behalf failed
	codeNoDocument = "UnknownError"                 // the SDK's code for an error answer without an error document
)

// isThrottle reports whether code means that there were too many requests and that EC2 did not apply this request.
func isThrottle(code string) bool {
	return slices.Contains([]string{
		"RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled",
		"RequestThrottledException", "SlowDown", "BandwidthLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete",
	}, code)
}

// isServerError reports whether code means a failure inside EC2: EC2 may have applied the request, whatever the HTTP status.
func isServerError(code string) bool {
	return slices.Contains([]string{"InternalError", "InternalFailure", "ServerInternal", "ServiceUnavailable", "Unavailable", codeRetryable}, code)
}

// isDenial reports whether code means that the caller may not run the action or that the endpoint does not have the action.
func isDenial(code string) bool {
	return slices.Contains([]string{
		"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "InvalidAction", "UnsupportedOperation",
	}, code)
}

// isCapacityRefusal reports whether code means that EC2 has no capacity now. EC2 lists these codes among the server errors, although it
// refused the request and created nothing.
func isCapacityRefusal(code string) bool {
	return strings.HasPrefix(code, "Insufficient") && strings.HasSuffix(code, "Capacity")
}

// isNaturalKey reports whether code means that a name or a place is taken. EC2 refuses a second resource, whoever created the first one.
func isNaturalKey(code string) bool {
	return slices.Contains([]string{
		"FlowLogAlreadyExists", "TrafficMirrorFilterRuleAlreadyExists", "InvalidLaunchTemplateName.AlreadyExistsException", "InvalidAMIName.Duplicate",
		"ClientVpnEndpointAssociationExists", "InvalidClientVpnDuplicateAssociationException", "InvalidClientVpnSubnetId.DuplicateAz", "RouteAlreadyExists",
		"InterfaceInUseByTrafficMirrorTarget", "InterfaceInUseByTrafficMirrorSession", "NlbInUseByTrafficMirrorTargetException",
		"HostAlreadyCoveredByReservation", "InvalidIPAddress.InUse", "Resource.AlreadyAssociated",
	}, code)
}

// namesUnknownID reports whether code means that EC2 does not find something that a request names. EC2 is eventually consistent: it
// also returns such a code for some seconds after it created that resource. Nearly all such codes contain NotFound: InvalidVpcID.NotFound,
// NatGatewayNotFound, InvalidLaunchTemplateName.NotFoundException.
func namesUnknownID(code string) bool { return strings.Contains(code, "NotFound") }

// isNotFound reports whether code means that the Describe action does not find an id of the operation's kind. For a route table,
// InvalidRouteTableID.NotFound does, and InvalidVpcID.NotFound does not.
func (op Operation) isNotFound(code string) bool {
	id, _, _ := strings.Cut(op.ID, ":")
	kind := strings.ToLower(strings.TrimSuffix(id, "Id"))
	return namesUnknownID(code) && strings.Contains(strings.ToLower(code), kind) || code != "" && code == op.declared.notFound
}

// Remedy returns what a user can do about an error code of EC2, in one line without a full stop. It returns "" if a retry is the
// remedy, or if the package knows no remedy.
func Remedy(code string) string {
	switch code {
	case codeTerminated:
		return "the instance of this token is terminated: for another instance, use another key or token"
	case codeMismatch:
		return "use the parameters of the token's first use; for another resource, use another key or token"
	case "UnauthorizedOperation":
		return "if the message is encoded, read it with: aws sts decode-authorization-message --encoded-message MESSAGE"
	case "RequestExpired":
		return "this machine's clock is off by more than 15 minutes, or its temporary credentials have expired"
	case "RouteTableLimitExceeded", "NetworkAclLimitExceeded":
		return "request a higher quota, or delete resources: aws service-quotas list-service-quotas --service-code vpc"
	case "InvalidVpcID.NotFound":
		return "check the Region and the account: aws ec2 describe-vpcs lists their VPCs"
	}
	switch {
	case isThrottle(code):
		return ""
	case isCapacityRefusal(code):
		return "run the same command later; for another type or Availability Zone, use another key or token: EC2 binds a token to the parameters of a refused request, too"
	case strings.HasSuffix(code, "LimitExceeded"):
		return "request a higher quota in Service Quotas, or delete resources"
	case namesUnknownID(code):
		return "check that the resource exists in this Region and account; if it was created a moment ago, add --grace 30s"
	}
	return ""
}
