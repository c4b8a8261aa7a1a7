package awsec2

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// An exchange is what was seen of one HTTP request to EC2, whatever the SDK made of it. It decides what the SDK's errors
// do not tell: whether the request can have left.
type exchange struct {
	url       string      // where the request goes
	proxy     string      // by way of which proxy; "": none
	started   atomic.Bool // the request was handed to the transport
	connected atomic.Bool // a connection was there for it: from here on it may have reached EC2
	status    int         // of the answer; 0: there was none
	header    http.Header // of the answer
}

type exchangeKey struct{}

func withExchange(ctx context.Context) (context.Context, *exchange) {
	ex := new(exchange)
	return context.WithValue(ctx, exchangeKey{}, ex), ex
}

// A recorder is the HTTP client of the EC2 client alone: requests for credentials do not pass through it.
type recorder struct {
	client aws.HTTPClient
	debug  io.Writer // gets each request and answer, without credentials; nil: nothing
}

// maxAnswer is the longest answer that is read, in bytes: a thousand route tables take a few MB. A longer one can't be read.
const maxAnswer = 32 << 20

// Do sends the request and records in its context's exchange what became of it.
func (r recorder) Do(req *http.Request) (*http.Response, error) {
	ex, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		ex = new(exchange)
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { ex.connected.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	if err := inOnePiece(req); err != nil {
		return nil, err
	}
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

// inOnePiece gives the request a body that net/http knows to be in memory, so that it leaves together with the headers. The SDK's
// own body it sends apart, and then looks for its end: where the answer is faster than that, the SDK has closed the body, net/http
// closes the connection for it, and the answer is lost halfway.
func inOnePiece(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	form, err := io.ReadAll(req.Body)
	if err != nil { // the SDK's bodies are in memory: this does not happen
		return err
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(form)), int64(len(form))
	return nil
}

// retryAfter gives the wait that the answer asks for: x-amz-retry-after in milliseconds (AWS SDKs' retry behaviour), or
// Retry-After in seconds or as a date (RFC 9110, section 10.2.3); 0 if it asks for none. A date is taken against the
// answer's own Date, so that this machine's clock does not matter.
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
