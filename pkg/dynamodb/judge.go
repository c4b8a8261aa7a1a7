package dynamodb

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A ConflictError reports that the condition of a write was not met.
type ConflictError struct {
	Item Item // the present item; nil if there is none, or if the server does not return the item
}

// Error returns the cause: another process changed the item.
func (e *ConflictError) Error() string { return "another process changed the item" }

// throttles returns the error codes of throttled requests. See
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.
func throttles() []string {
	return []string{"ProvisionedThroughputExceededException", "ThrottlingException", "ThrottledException", "Throttling", "RequestLimitExceeded", "LimitExceededException"}
}

// judgeAnswer returns the error of an answer whose status is not 200. wrongTime reports whether the request was signed as of a time that differs
// from DynamoDB's, as that is now known.
func judgeAnswer(action string, resp *http.Response, data []byte, wrongTime bool) error {
	e := &idem.AttemptError{Verdict: idem.Unknown, Operation: action, RequestID: requestID(resp)}
	var document struct {
		Type          string `json:"__type"`
		Message       string `json:"message"`
		CapitalLetter string `json:"Message"`
		Item          Item
	}
	if json.Unmarshal(data, &document) != nil || document.Type == "" {
		e.Message = "the answer does not come from DynamoDB: " + resp.Status // a gateway may have sent it
		if isOfAnotherService(data) {
			e.Verdict, e.Message = idem.Rejected, "another service than DynamoDB answers at the endpoint: "+resp.Status
		}
		return e
	}
	_, e.Code, _ = strings.Cut(document.Type, "#")
	if e.Code == "" {
		e.Code = document.Type
	}
	e.Message = document.Message
	if e.Message == "" {
		e.Message = document.CapitalLetter
	}
	switch {
	case e.Code == "ConditionalCheckFailedException":
		e.Verdict, e.Err = idem.Rejected, &ConflictError{document.Item}
	case slices.Contains(throttles(), e.Code):
		e.Verdict, e.Throttled = idem.NotApplied, true
	case e.Code == "TransactionInProgressException", e.Code == "ResourceInUseException" && action != "CreateTable":
		e.Verdict = idem.NotApplied
	case wrongTime && resp.StatusCode < 500 && slices.Contains([]string{"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"}, e.Code):
		e.Verdict = idem.NotApplied // the next attempt is signed by DynamoDB's clock
	case resp.StatusCode < 500:
		e.Verdict = idem.Rejected
		e.Denied = e.Code == "AccessDeniedException" || e.Code == "UnknownOperationException"
	}
	return e
}

// isOfAnotherService reports whether a body is an error of EC2 or of another service of AWS with the Query protocol.
func isOfAnotherService(body []byte) bool {
	var document struct{ XMLName xml.Name }
	return xml.Unmarshal(body, &document) == nil && (document.XMLName.Local == "Response" || document.XMLName.Local == "ErrorResponse")
}

// An UnreachableError reports that no connection to an endpoint could be made. DynamoDB has not seen the request.
type UnreachableError struct {
	Endpoint string
	Err      error
}

// Error names the endpoint and the cause.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("Could not connect to the endpoint URL: %q: %v", e.Endpoint, cause(e.Err))
}

// Unwrap returns the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }

// judgeTransport returns the error of a request without an answer. connected reports whether the request had a connection.
func judgeTransport(ctx context.Context, endpoint string, connected bool, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if connected {
		return failed(idem.Unknown, err, "the connection to %q was lost before an answer: %v", endpoint, cause(err))
	}
	var (
		dns     *net.DNSError
		untrust *tls.CertificateVerificationError
		nonTLS  tls.RecordHeaderError
	)
	verdict := idem.NotApplied
	if errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &untrust) || errors.As(err, &nonTLS) {
		verdict = idem.Misconfigured
	}
	unreachable := &UnreachableError{endpoint, err}
	return failed(verdict, unreachable, "%v", unreachable)
}

// cause returns the first error in the chain whose message does not repeat the URL.
func cause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil || !strings.Contains(err.Error(), "://") && !strings.Contains(err.Error(), "request send failed") {
			return err
		}
		err = next
	}
}
