package sandbox

import (
	"fmt"
	"net/http"
)

// An apiError is an EC2 error.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// fail returns an error with the HTTP status that EC2 uses for the code. With an empty format, it uses the code's usual
// message.
func fail(code, format string, args ...any) *apiError {
	status, message := http.StatusBadRequest, ""
	for _, known := range errorCodes {
		if known.code == code {
			status, message = known.status, known.message
		}
	}
	switch {
	case format != "":
		message = fmt.Sprintf(format, args...)
	case message == "":
		message = "The request failed with " + code + "."
	}
	return &apiError{status: status, code: code, message: message}
}

func missing(param string) *apiError {
	return fail("MissingParameter", "The request must contain the parameter %s", param)
}

// errorCodes lists EC2's error codes with their HTTP status and usual message. A code that is not listed has status 400:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. It is never written to.
var errorCodes = []apiError{
	// Throttling: nothing was applied.
	{503, "RequestLimitExceeded", "Request limit exceeded."},
	{400, "Throttling", "Rate exceeded"},
	{400, "ThrottlingException", "Rate exceeded"},
	{503, "EC2ThrottledException", "Request was throttled."},
	{400, "RequestThrottled", "Request was throttled."},
	{503, "SlowDown", "Please reduce your request rate."},
	{509, "BandwidthLimitExceeded", "Bandwidth limit exceeded."},
	{429, "TooManyRequestsException", "Too Many Requests"},
	{400, "PriorRequestNotComplete", "The request was rejected because Route 53 was still processing a prior request."},
	// Server errors: the outcome is unknown to the client.
	{500, "InternalError", "An internal error has occurred"},
	{500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."},
	{500, "ServerInternal", "An internal error has occurred"},
	{503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."},
	{503, "Unavailable", "The service is unavailable. Please try again shortly."},
	// No capacity: nothing was created, although the status is that of a server error.
	{500, "InsufficientAddressCapacity", "Not enough available addresses to satisfy the request."},
	{500, "InsufficientCapacity", "Insufficient capacity."},
	{500, "InsufficientHostCapacity", "There is not enough capacity to fulfill your Dedicated Host request."},
	{500, "InsufficientInstanceCapacity", "There is not enough capacity to fulfill your instance request."},
	{500, "InsufficientReservedInstanceCapacity", "There is not enough capacity to fulfill your Reserved Instances request."},
	{500, "InsufficientVolumeCapacity", "There is not enough capacity to fulfill your EBS volume provision request."},
	// Authentication and authorization.
	{401, "AuthFailure", "AWS was not able to validate the provided access credentials"},
	{403, "Blocked", "This account is currently blocked and not recognized as a valid account. Please contact AWS Support if you have questions."},
	{403, "ExpiredToken", "The security token included in the request is expired"},
	{403, "ExpiredTokenException", "The security token included in the request is expired"},
	{400, "IncompleteSignature", "The request signature does not conform to AWS standards."},
	{403, "InvalidClientTokenId", "The security token included in the request is invalid."},
	{403, "MissingAuthenticationToken", "Missing Authentication Token"},
	{401, "OptInRequired", "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."},
	{400, "PendingVerification", "Your account is currently being verified. Verification normally takes less than 2 hours."},
	{400, "RequestExpired", "Request has expired."},
	{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	{403, "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: bm90LWEtcmVhbC1tZXNzYWdl"},
	{400, "UnrecognizedClientException", "The security token included in the request is invalid."},
	// Parameters.
	{400, "DependencyViolation", "The specified object has dependent resources."},
	{412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."},
	{400, "FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200"},
	{400, "IdempotentInstanceTerminated", "The instance that the client token created is terminated."},
	{400, "IdempotentParameterMismatch", "The request uses the same client token as a previous, but non-identical request."},
	{400, "InvalidAction", "The action or operation requested is not valid."},
	{400, "InvalidClientToken", "The client token is not valid. It must have 1 to 64 ASCII characters."},
	{400, "InvalidNetworkAclID.NotFound", "The specified network ACL does not exist."},
	{400, "InvalidPaginationToken", "The specified pagination token is not valid or is expired."},
	{400, "InvalidParameterCombination", "The parameters cannot be used together."},
	{400, "InvalidParameterValue", "A value specified in a parameter is not valid, is unsupported, or cannot be used."},
	{400, "InvalidRouteTableID.NotFound", "The specified route table does not exist."},
	{400, "InvalidVpcID.Malformed", "The specified VPC ID is malformed."},
	{400, "InvalidVpcID.NotFound", "The specified VPC does not exist."},
	{400, "MalformedQueryString", "The query string contains a syntax error."},
	{400, "MissingAction", "The request is missing an action or a required parameter."},
	{400, "MissingParameter", "The request is missing a required parameter."},
	{400, "OperationNotPermitted", "The specified operation is not allowed."},
	{413, "RequestEntityTooLarge", "The request entity is too large."},
	{400, "TagPolicyViolation", "You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account."},
	{400, "UnknownParameter", "An unknown or unrecognized parameter was supplied."},
	{400, "UnsupportedOperation", "The specified request includes an unsupported operation."},
	// Quotas.
	{400, "NetworkAclLimitExceeded", "The maximum number of network ACLs has been reached."},
	{400, "ResourceLimitExceeded", "You have exceeded an Amazon EC2 resource limit."},
	{400, "RouteTableLimitExceeded", "The maximum number of route tables has been reached."},
	{400, "TagLimitExceeded", "The maximum number of Tags for a resource has been reached."},
	{400, "VpcLimitExceeded", "The maximum number of VPCs has been reached."},
}
