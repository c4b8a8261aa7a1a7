package awsec2

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// An exchange records one HTTP request to EC2 below the SDK. It shows whether the request may have reached EC2, which the SDK's errors do not
// show.
type exchange struct {
	action    string      // of the API
	url       string      // where the request goes
	proxy     string      // the proxy that the request goes through; "": none
	started   atomic.Bool // the request was handed to the transport
	connected atomic.Bool // the request had a connection: from then on it may have reached EC2
	status    int         // of the answer; 0: there was no answer
	header    http.Header // of the answer
}

type exchangeKey struct{}

// A recorder is the HTTP client of the EC2 client. Requests for credentials use another client.
type recorder struct {
	client aws.HTTPClient
	debug  io.Writer // receives each request and answer, without credentials; nil: no log
}

// maxAnswer is the limit of an answer's length in bytes. It keeps an endpoint from filling the memory. A thousand route tables take a few MB.
// A longer answer fails.
const maxAnswer = 32 << 20

// Do sends the request and records its progress in the exchange of the request's context.
func (r recorder) Do(req *http.Request) (*http.Response, error) {
	ex, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		ex = new(exchange)
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { ex.connected.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	ex.url = req.URL.Redacted()
	ex.started.Store(true)

	if r.debug != nil {
		logRequest(r.debug, req)
	}
	resp, err := r.client.Do(req)
	if err == nil {
		ex.status, ex.header = resp.StatusCode, resp.Header
		resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	}
	if r.debug != nil {
		logResponse(r.debug, resp, err)
	}
	return resp, err
}

// retryAfter returns the delay that the answer asks for: x-amz-retry-after in milliseconds (AWS SDKs' retry behaviour), or
// Retry-After in seconds or as a date (RFC 9110, section 10.2.3). It returns 0 if the answer asks for none. A date counts from the
// answer's own Date header, so that this machine's clock does not matter.
func (ex *exchange) retryAfter() time.Duration {
	const most = 1 << 31 // more than 68 years of seconds: keeps the product from overflowing
	if ms, err := strconv.ParseInt(ex.header.Get("X-Amz-Retry-After"), 10, 64); err == nil && ms > 0 {
		return time.Duration(min(ms, most)) * time.Millisecond
	}
	after := ex.header.Get("Retry-After")
	if s, err := strconv.ParseInt(after, 10, 64); err == nil && s > 0 {
		return time.Duration(min(s, most)) * time.Second
	}
	at, err := http.ParseTime(after)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(ex.header.Get("Date"))
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}
