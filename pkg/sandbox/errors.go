package sandbox

import (
	"fmt"
	"net/http"
)

// An apiError is an error as EC2 gives it.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// fail makes an error with the status that EC2 gives its code, and the code's usual message if none is given.
func fail(code, format string, args ...any) *apiError {
	known, ok := errorCodes[code]
	if !ok {
		known.status = http.StatusBadRequest
	}
	message := known.message
	switch {
	case format != "":
		message = fmt.Sprintf(format, args...)
	case message == "":
		message = "The request failed with " + code + "."
	}
	return &apiError{status: known.status, code: code, message: message}
}

func missing(param string) *apiError {
	return fail("MissingParameter", "The request must contain the parameter %s", param)
}

// errorCodes has the codes of interest, with the HTTP status and the usual message of each; any other is a 400:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. It is never written to.
var errorCodes = map[string]struct {
	status  int
	message string
}{
	// Throttled: nothing was applied.
	"RequestLimitExceeded":     {503, "Request limit exceeded."},
	"Throttling":               {400, "Rate exceeded"},
	"ThrottlingException":      {400, "Rate exceeded"},
	"EC2ThrottledException":    {503, "Request was throttled."},
	"RequestThrottled":         {400, "Request was throttled."},
	"SlowDown":                 {503, "Please reduce your request rate."},
	"BandwidthLimitExceeded":   {509, "Bandwidth limit exceeded."},
	"TooManyRequestsException": {429, "Too Many Requests"},
	"PriorRequestNotComplete":  {400, "The request was rejected because Route 53 was still processing a prior request."},
	// The service's own trouble: the outcome is open.
	"InternalError":        {500, "An internal error has occurred"},
	"InternalFailure":      {500, "The request processing has failed because of an unknown error, exception or failure."},
	"ServerInternal":       {500, "An internal error has occurred"},
	"ServiceUnavailable":   {503, "The request has failed due to a temporary failure of the server."},
	"Unavailable":          {503, "The service is unavailable. Please try again shortly."},
	"InsufficientCapacity": {500, "Insufficient capacity."},
	// Who asks.
	"AuthFailure":                 {401, "AWS was not able to validate the provided access credentials"},
	"Blocked":                     {403, "This account is currently blocked and not recognized as a valid account. Please contact AWS Support if you have questions."},
	"ExpiredToken":                {403, "The security token included in the request is expired"},
	"ExpiredTokenException":       {403, "The security token included in the request is expired"},
	"IncompleteSignature":         {400, "The request signature does not conform to AWS standards."},
	"InvalidClientTokenId":        {403, "The security token included in the request is invalid."},
	"MissingAuthenticationToken":  {403, "Missing Authentication Token"},
	"OptInRequired":               {401, "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."},
	"PendingVerification":         {400, "Your account is currently being verified. Verification normally takes less than 2 hours."},
	"RequestExpired":              {400, "Request has expired."},
	"SignatureDoesNotMatch":       {403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	"UnauthorizedOperation":       {403, "You are not authorized to perform this operation. Encoded authorization failure message: bm90LWEtcmVhbC1tZXNzYWdl"},
	"UnrecognizedClientException": {400, "The security token included in the request is invalid."},
	// What is asked.
	"DependencyViolation":          {400, "The specified object has dependent resources."},
	"DryRunOperation":              {412, "Request would have succeeded, but DryRun flag is set."},
	"FilterLimitExceeded":          {400, "The maximum number of filter values specified on a single call is 200"},
	"IdempotentParameterMismatch":  {400, "The request uses the same client token as a previous, but non-identical request."},
	"InvalidAction":                {400, "The action or operation requested is not valid."},
	"InvalidClientToken":           {400, "The client token is not valid. It must have 1 to 64 ASCII characters."},
	"InvalidNetworkAclID.NotFound": {400, "The specified network ACL does not exist."},
	"InvalidPaginationToken":       {400, "The specified pagination token is not valid or is expired."},
	"InvalidParameterCombination":  {400, "The parameters cannot be used together."},
	"InvalidParameterValue":        {400, "A value specified in a parameter is not valid, is unsupported, or cannot be used."},
	"InvalidRouteTableID.NotFound": {400, "The specified route table does not exist."},
	"InvalidVpcID.Malformed":       {400, "The specified VPC ID is malformed."},
	"InvalidVpcID.NotFound":        {400, "The specified VPC does not exist."},
	"MalformedQueryString":         {400, "The query string contains a syntax error."},
	"MissingAction":                {400, "The request is missing an action or a required parameter."},
	"MissingParameter":             {400, "The request is missing a required parameter."},
	"OperationNotPermitted":        {400, "The specified operation is not allowed."},
	"RequestEntityTooLarge":        {413, "The request entity is too large."},
	"TagPolicyViolation":           {400, "You attempted to create or update a resource with tags that are not compliant with the tag policy requirements for this account."},
	"UnknownParameter":             {400, "An unknown or unrecognized parameter was supplied."},
	"UnsupportedOperation":         {400, "The specified request includes an unsupported operation."},
	// How much of it.
	"NetworkAclLimitExceeded": {400, "The maximum number of network ACLs has been reached."},
	"ResourceLimitExceeded":   {400, "You have exceeded an Amazon EC2 resource limit."},
	"RouteTableLimitExceeded": {400, "The maximum number of route tables has been reached."},
	"TagLimitExceeded":        {400, "The maximum number of Tags for a resource has been reached."},
	"VpcLimitExceeded":        {400, "The maximum number of VPCs has been reached."},
}
