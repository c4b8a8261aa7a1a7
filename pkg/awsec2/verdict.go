package awsec2

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/identity"
)

// throttles are the error codes that say: too many requests, nothing was applied. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html and the AWS SDKs' retry behaviour.
var throttles = set("RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled",
	"RequestThrottledException", "SlowDown", "BandwidthLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete")

// serverErrors are the error codes of EC2's own failures: whatever the status, the request may have been applied. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-codes-table-server.
var serverErrors = set("InternalError", "InternalFailure", "ServerInternal", "ServiceUnavailable", "Unavailable")

// denials are the error codes of an action that the caller may not run, or that the endpoint does not have.
var denials = set("UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "InvalidAction", "UnsupportedOperation")

func set(codes ...string) map[string]bool {
	m := make(map[string]bool, len(codes))
	for _, code := range codes {
		m[code] = true
	}
	return m
}

// judgeAnswer judges a 2xx answer: it matches if it holds the right kind of resource with an id, agrees with what was asked
// for, and echoes no token but ours.
func judgeAnswer(op Operation, intent idem.Intent, ex *exchange, output map[string]any) (idem.Result, error) {
	unmatched := func(format string, args ...any) (idem.Result, error) {
		return idem.Result{}, unmatched(op.Name, ex, format, args...)
	}
	resource, _ := output[op.Resource].(map[string]any)
	id := op.id(resource)
	if id == "" {
		return unmatched("it names no %s", op.Noun)
	}
	if disagreement := op.disagreement(resource, intent); disagreement != "" {
		return unmatched("%s", disagreement)
	}
	if echo, echoed := output["ClientToken"]; echoed && echo != "" && echo != intent.ClientToken {
		return unmatched("its client token is %q, not %q", echo, intent.ClientToken)
	}
	output["ClientToken"] = intent.ClientToken
	if intent.DryRun() {
		return idem.Result{}, &idem.AttemptError{
			Verdict: idem.Undecided, Operation: op.Name, RequestID: ex.requestID(),
			Message: fmt.Sprintf("the endpoint ignored the dry run and created %s", id),
		}
	}
	return idem.Result{ResourceID: id, Output: output}, nil
}

// unmatched judges a 2xx answer that is not the one that was asked for.
func unmatched(action string, ex *exchange, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{
		Verdict: idem.Unknown, Operation: action, RequestID: ex.requestID(), RetryAfter: ex.retryAfter(),
		Message: fmt.Sprintf("an answer (HTTP %d) that does not match: ", ex.status) + fmt.Sprintf(format, args...),
	}
}

// judgeError judges a request that the SDK calls a failure. A dry run's success comes as one, too.
func judgeError(ctx context.Context, action string, ex *exchange, err error) *idem.AttemptError {
	if !ex.started.Load() {
		return judgeUnsent(ctx, err, "making the request")
	}
	if !ex.connected.Load() {
		return judgeUnconnected(ctx, ex, err)
	}
	e := &idem.AttemptError{Operation: action, RequestID: ex.requestID(), RetryAfter: ex.retryAfter(), Err: err}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.RequestID != "" {
		e.RequestID = answer.RequestID
	}
	var document smithy.APIError
	if !errors.As(err, &document) || document.ErrorCode() == "" || document.ErrorCode() == noErrorDocument {
		e.Message = describe(ctx, ex, err)
		return e // Unknown
	}
	e.Code, e.Message = document.ErrorCode(), document.ErrorMessage()
	switch {
	case throttles[e.Code]:
		e.Verdict, e.Throttled = idem.NotApplied, true
	case e.Code == "IdempotentParameterMismatch":
		e.Verdict = idem.Mismatch
	case serverErrors[e.Code]:
		e.Verdict = idem.Unknown
	case ex.status >= 400 && ex.status < 500:
		e.Verdict = idem.Rejected
		e.NotYet = e.Code == "InvalidVpcID.NotFound"
		e.Denied = denials[e.Code]
	}
	return e
}

// noErrorDocument is the code that the SDK gives an error answer in which it found none.
const noErrorDocument = "UnknownError"

// judgeUnsent judges a request that was not even handed to the transport.
func judgeUnsent(ctx context.Context, err error, doing string) *idem.AttemptError {
	if ctx.Err() != nil {
		return &idem.AttemptError{Verdict: idem.NotApplied, Message: fmt.Sprintf("nothing was sent: %v", context.Cause(ctx)), Err: err}
	}
	return misconfigured(err, "%s: %v", doing, cause(err))
}

// judgeCredentials judges an attempt for which there were no credentials. Where a server gives them (STS, SSO, the container) and can't be
// reached, or has trouble of its own, it may be tried again. The instance's metadata are another matter: where nothing answers, this is no
// instance.
func judgeCredentials(ctx context.Context, err error) *idem.AttemptError {
	var (
		retrieval *identity.RetrieveError
		operation *smithy.OperationError
		refusal   smithy.APIError
		answer    interface{ HTTPStatusCode() int }
		dns       *net.DNSError
	)
	switch {
	case ctx.Err() != nil || !errors.As(err, &retrieval):
		return judgeUnsent(ctx, err, "Unable to locate credentials")
	case retrieval.Source == "":
		return misconfigured(err, "%s: %v", retrieval.What, cause(retrieval.Err))
	case errors.As(err, &dns) && dns.IsNotFound:
		return misconfigured(err, "no credentials from %s: no such host %q", retrieval.Source, dns.Name)
	}
	judged := &idem.AttemptError{
		Verdict: idem.NotApplied, Err: err,
		Message: fmt.Sprintf("no credentials from %s: %v", retrieval.Source, cause(retrieval.Err)),
	}
	isOperation := errors.As(err, &operation)
	if isOperation && errors.As(err, &refusal) && refusal.ErrorCode() != "" && refusal.ErrorCode() != noErrorDocument {
		judged.Operation, judged.Code, judged.Message = operation.Operation(), refusal.ErrorCode(), refusal.ErrorMessage()
	}
	if errors.As(err, &answer) {
		status := answer.HTTPStatusCode() // 0 if there was no answer
		if !isOperation && status > 0 {   // the container's, whose answer may be anything
			judged.Message = fmt.Sprintf("no credentials from %s: it answered with HTTP %d %s", retrieval.Source, status, http.StatusText(status))
		}
		judged.Throttled = throttles[judged.Code] || status == http.StatusTooManyRequests
		if 400 <= status && status < 500 && !judged.Throttled {
			judged.Verdict = idem.Misconfigured
		}
	}
	return judged
}

// judgeUnconnected judges a request that never left, because no connection was made. What only a person can mend is
// misconfigured.
func judgeUnconnected(ctx context.Context, ex *exchange, err error) *idem.AttemptError {
	var (
		dns     *net.DNSError
		untrust *tls.CertificateVerificationError
		nonTLS  tls.RecordHeaderError
		address *net.AddrError
	)
	where := fmt.Sprintf("%q", ex.url)
	if ex.proxy != "" {
		where += fmt.Sprintf(" through the proxy %q", ex.proxy)
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return misconfigured(err, "Could not connect to the endpoint URL: %s: no such host %q", where, dns.Name)
	case errors.As(err, &address): // a proxy's: the endpoint's was looked at
		return misconfigured(err, "Could not connect to the endpoint URL: %s: %v", where, address)
	case errors.As(err, &untrust), errors.As(err, &nonTLS), errors.Is(err, http.ErrSchemeMismatch):
		return misconfigured(err, "SSL validation failed for %s: %v", where, cause(err))
	}
	reason := cause(err)
	if ctx.Err() != nil {
		reason = context.Cause(ctx)
	}
	return &idem.AttemptError{
		Verdict: idem.NotApplied, Err: err,
		Message: fmt.Sprintf("Could not connect to the endpoint URL: %s: %v", where, reason),
	}
}

// describe says in one line what came instead of an answer of EC2.
func describe(ctx context.Context, ex *exchange, err error) string {
	if ctx.Err() != nil {
		return context.Cause(ctx).Error()
	}
	switch {
	case ex.status == 0:
		return fmt.Sprintf("the connection was lost before an answer: %v", cause(err))
	case ex.status < 300:
		return fmt.Sprintf("an answer (HTTP %d) that can't be read: %v", ex.status, cause(err))
	}
	return fmt.Sprintf("an answer (HTTP %d %s) that EC2 did not write", ex.status, http.StatusText(ex.status))
}

// cause takes off what the SDK and net/http wrap around every error: the operation and the URL.
func cause(err error) error {
	for {
		var (
			operation *smithy.OperationError
			request   *url.Error
			response  *smithy.DeserializationError
		)
		switch {
		case errors.As(err, &operation):
			err = operation.Err
		case errors.As(err, &request):
			err = request.Err
		case errors.As(err, &response) && response.Err != nil:
			err = response.Err
		default:
			return err
		}
	}
}

func (ex *exchange) requestID() string { return ex.header.Get("X-Amzn-Requestid") }
