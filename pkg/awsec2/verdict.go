package awsec2

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/identity"
)

// judgeAnswer judges a 2xx answer. The answer matches under three conditions: it has the right number of resources of the right kind, each
// with an id; the resources agree with the intent; and the answer echoes the intent's token or no token.
func judgeAnswer(op Operation, intent idem.Intent, ex *exchange, output map[string]any) (idem.Result, error) {
	result := idem.Result{Output: output, Failures: failuresIn(output)}
	resources := op.resourcesIn(output)
	for _, resource := range append(resources, output) {
		if echo, echoed := resource["ClientToken"]; echoed && echo != "" && echo != intent.ClientToken {
			return idem.Result{}, ex.unmatched("its client token is %q, not %q", echo, intent.ClientToken)
		}
	}
	var ids []string
	for _, resource := range resources {
		id := op.id(resource)
		if id == "" {
			return idem.Result{}, ex.unmatched("it names no %s", op.Noun)
		}
		if disagreement := op.disagreement(resource, op.answerKind(), intent); disagreement != "" {
			return idem.Result{}, ex.unmatched("%s", disagreement)
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 && len(result.Failures) > 0 {
		first := result.Failures[0]
		return idem.Result{}, rejected(ex.failed(idem.Rejected, first.Code, first.Message))
	}
	if fewest, most := op.wanted(intent); len(ids) < fewest-len(result.Failures) || len(ids) == 0 || most > 0 && len(ids) > most {
		return idem.Result{}, ex.unmatched("it names %d %ss, not %s", len(ids), op.Noun, span(fewest, most))
	}
	output["ClientToken"] = intent.ClientToken
	if intent.DryRun() {
		return idem.Result{}, ex.failed(idem.Undecided, "", "the endpoint ignored the dry run and created "+strings.Join(ids, ", "))
	}
	result.ResourceID = ids[0]
	if op.Many {
		result.ResourceIDs = ids
	}
	return result, nil
}

// failed returns a verdict on the request of an exchange.
func (ex *exchange) failed(verdict idem.Verdict, code, message string) *idem.AttemptError {
	return &idem.AttemptError{Verdict: verdict, Operation: ex.action, RequestID: ex.header.Get("X-Amzn-Requestid"), Code: code, Message: message}
}

// unmatched returns the verdict on a 2xx answer that does not answer the request.
func (ex *exchange) unmatched(format string, args ...any) *idem.AttemptError {
	e := ex.failed(idem.Unknown, "", fmt.Sprintf("the answer (HTTP %d) does not match the request: ", ex.status)+fmt.Sprintf(format, args...))
	e.RetryAfter = ex.retryAfter()
	return e
}

// rejected returns the verdict that EC2 rejected a request, and sets the fields that depend on the error code.
func rejected(e *idem.AttemptError) *idem.AttemptError {
	e.Verdict, e.NotYet, e.NaturalKey, e.Denied = idem.Rejected, namesUnknownID(e.Code), isNaturalKey(e.Code), isDenial(e.Code)
	return e
}

// judgeError judges a request for which the SDK returned an error. The success of a dry run is such an error, too.
func judgeError(ctx context.Context, ex *exchange, err error) *idem.AttemptError {
	if !ex.started.Load() {
		return judgeUnsent(ctx, err, "making the request")
	}
	if !ex.connected.Load() {
		return judgeUnconnected(ctx, ex, err)
	}
	e := ex.failed(idem.Unknown, "", "")
	e.RetryAfter, e.Err = ex.retryAfter(), err
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.RequestID != "" {
		e.RequestID = answer.RequestID
	}
	var document smithy.APIError
	if !errors.As(err, &document) || document.ErrorCode() == "" || document.ErrorCode() == codeNoDocument {
		e.Message = describe(ctx, ex, err)
		return e
	}
	e.Code, e.Message = document.ErrorCode(), document.ErrorMessage()
	switch {
	case isThrottle(e.Code):
		e.Verdict, e.Throttled = idem.NotApplied, true
	case e.Code == codeMismatch:
		e.Verdict = idem.Mismatch
	case e.Code == codeTerminated:
		e.Verdict, e.Gone = idem.Mismatch, true
	case e.Code == codeTagBusy:
		e.Verdict = idem.NotApplied
	case isServerError(e.Code): // Unknown
	case ex.status >= 400 && ex.status < 500, ex.status >= 500 && isCapacityRefusal(e.Code):
		return rejected(e)
	}
	return e
}

// judgeUnsent judges a request that the SDK did not hand to the transport.
func judgeUnsent(ctx context.Context, err error, doing string) *idem.AttemptError {
	if ctx.Err() != nil {
		return &idem.AttemptError{Verdict: idem.NotApplied, Message: fmt.Sprintf("nothing was sent: %v", context.Cause(ctx)), Err: err}
	}
	return misconfigured(err, "%s: %v", doing, cause(err))
}

// judgeCredentials judges an attempt without credentials. If a server of credentials (STS, SSO, the container) can't be reached or fails, a
// retry may help. If the instance metadata service does not answer, the machine is not an EC2 instance, and a retry does not help.
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
	case errors.As(err, &dns) && dns.IsNotFound && retrieval.Remote:
		return misconfigured(err, "%s: no such host %q", retrieval.What, dns.Name)
	}
	judged := misconfigured(err, "%s: %v", retrieval.What, cause(retrieval.Err))
	if !retrieval.Remote {
		return judged
	}
	judged.Verdict = idem.NotApplied
	isOperation := errors.As(err, &operation)
	if isOperation && errors.As(err, &refusal) && refusal.ErrorCode() != "" && refusal.ErrorCode() != codeNoDocument {
		judged.Operation, judged.Code, judged.Message = operation.Operation(), refusal.ErrorCode(), refusal.ErrorMessage()
	}
	if errors.As(err, &answer) {
		status := answer.HTTPStatusCode() // 0 if there was no answer
		if !isOperation && status > 0 {   // the answer of the container's endpoint, which may have any status
			judged.Message = fmt.Sprintf("%s: it answered with HTTP %d %s", retrieval.What, status, http.StatusText(status))
		}
		judged.Throttled = isThrottle(judged.Code) || status == http.StatusTooManyRequests
		if 400 <= status && status < 500 && !judged.Throttled {
			judged.Verdict = idem.Misconfigured
		}
	}
	return judged
}

// judgeUnconnected judges a request that never left because there was no connection. If only a person can remove the cause, the verdict is
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
	case errors.As(err, &address): // the proxy's address: Connect checked the endpoint's
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

// describe returns in one line why a request has no answer from EC2.
func describe(ctx context.Context, ex *exchange, err error) string {
	if ctx.Err() != nil {
		return context.Cause(ctx).Error()
	}
	switch {
	case ex.status == 0:
		return fmt.Sprintf("the connection was lost before an answer: %v", cause(err))
	case ex.status < 300:
		return fmt.Sprintf("the answer (HTTP %d) can't be read: %v", ex.status, cause(err))
	}
	return fmt.Sprintf("the answer (HTTP %d %s) does not come from EC2", ex.status, http.StatusText(ex.status))
}

// cause returns an error without the operation and the URL that the SDK and net/http wrap around every error.
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
