// Package dynamodb calls the operations of DynamoDB that a journal in a table needs. The package signs its requests with the SDK's signer, but
// does not use the SDK's DynamoDB client: that client builds its schemas at each start of the program, so that every command starts a fifth
// slower.
//
// A [Client] makes one request per attempt. Each error of an attempt holds an [*idem.AttemptError], whose verdict shows whether another attempt
// may help. A caller can repeat the attempts with pkg/retry: see [Config]. The API is documented at
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html.
package dynamodb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Config has the settings of a Client.
type Config struct {
	Endpoint    string // a URL such as https://dynamodb.eu-west-1.amazonaws.com
	Region      string // the Region for which requests are signed
	Credentials aws.CredentialsProvider
	HTTP        aws.HTTPClient
	UserAgent   string

	Debug io.Writer // the log of each request and answer, without credentials; nil: no log
	Mask  string    // the attribute whose strings the log must not show; "": none

	Clock func() time.Time // this machine's clock; nil: time.Now

	// Repeat calls attempt until attempt succeeds, its error allows no further attempt or a budget is used up. It returns the last error. nil: one
	// attempt.
	Repeat func(ctx context.Context, attempt func(context.Context) error) error
}

// A Client calls DynamoDB in one Region with one account's credentials. Several goroutines can use a Client at the same time.
type Client struct {
	Config
	signer *v4.Signer

	mu    sync.Mutex
	clock clock
	ahead time.Duration // see Ahead
}

// A clock is the time of an answer by DynamoDB's clock and by this machine's; zero before the first answer.
type clock struct{ theirs, ours time.Time }

// New returns a client. New sends nothing.
func New(c Config) *Client {
	if c.Repeat == nil {
		c.Repeat = func(ctx context.Context, attempt func(context.Context) error) error { return attempt(ctx) }
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Client{Config: c, signer: v4.NewSigner()}
}

// Now returns the time by DynamoDB's clock: the Date of the last answer, plus the time that has passed since that answer by this machine's
// monotonic clock. A Date has no fraction of a second. known reports whether there was an answer. If there was none, Now returns this machine's
// time.
func (c *Client) Now() (now time.Time, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.clock.ours.IsZero() {
		return c.Clock(), false
	}
	return c.clock.theirs.Add(c.Clock().Sub(c.clock.ours)), true
}

// Ahead returns by how much DynamoDB's clock was ahead of this machine's at the first answer; 0 before that. Later answers do not change the
// result, so a time that is converted to the other clock and back stays the same.
func (c *Client) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// setClock sets DynamoDB's time from the Date of an answer. sent is the time of the request.
func (c *Client) setClock(date string, sent time.Time) {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Clock()
	if c.clock.ours.IsZero() {
		c.ahead = theirs.Sub(now)
	}
	if now.Sub(sent) < 10*time.Second || c.clock.ours.IsZero() { // after a long wait, the age of the answer is unknown
		c.clock = clock{theirs, now}
	}
}

// A checked answer reports whether it can come from DynamoDB. requestID is the id in the header of the answer.
type checked interface{ fits(requestID string) bool }

// An emptyAnswer is DynamoDB's answer to a write. A later version of DynamoDB may add members. It will still send a request id.
type emptyAnswer map[string]json.RawMessage

func (a *emptyAnswer) fits(requestID string) bool { return len(*a) == 0 || requestID != "" }

// maxAnswer is the limit of an answer's length in bytes. A page of DynamoDB has 1 MB.
const maxAnswer = 16 << 20

// call sends a request and decodes the answer into out. Repeat decides whether call sends the request again. The error of call holds an
// [*idem.AttemptError].
func (c *Client) call(ctx context.Context, action string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return failed(idem.Rejected, err, "encoding the request: %v", err)
	}
	return c.Repeat(ctx, func(ctx context.Context) error { return c.attempt(ctx, action, body, out) })
}

// attempt sends a request once and decodes the answer into out.
func (c *Client) attempt(ctx context.Context, action string, body []byte, out any) error {
	signed, _ := c.Now() // not this machine's clock, which may be wrong
	req, err := c.request(ctx, action, body, signed)
	if err != nil {
		return err
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	sent := c.Clock()
	c.logRequest(req, action, body)
	resp, err := c.HTTP.Do(req.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err != nil {
		c.logFailure(err)
		return judgeTransport(ctx, c.Endpoint, connected.Load(), err)
	}
	defer func() { _ = resp.Body.Close() }() // the body was only read
	c.setClock(resp.Header.Get("Date"), sent)
	data, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, maxAnswer))
	c.logAnswer(resp, data)
	if err != nil {
		return failed(idem.Unknown, err, "reading the answer of %q: %v", c.Endpoint, err)
	}
	if sum := resp.Header.Get("X-Amz-Crc32"); sum != "" && sum != fmt.Sprint(crc32.ChecksumIEEE(data)) {
		return failed(idem.Unknown, nil, "the answer of %q is damaged: its checksum is wrong", c.Endpoint)
	}
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(data, out); err != nil {
			return failed(idem.Unknown, err, "the answer of %q does not come from DynamoDB: %v", c.Endpoint, err)
		}
		if answer, ok := out.(checked); ok && !answer.fits(requestID(resp)) { // a gateway's page may be JSON, too
			return failed(idem.Unknown, nil, "the answer of %q to %s does not come from DynamoDB", c.Endpoint, action)
		}
		return nil
	}
	now, _ := c.Now()
	return judgeAnswer(action, resp, data, now.Sub(signed).Abs() > time.Minute)
}

// requestID returns the id of a request in the header of the answer; "" if another server answered.
func requestID(resp *http.Response) string { return resp.Header.Get("X-Amzn-Requestid") }

// request returns a request that is signed as of a time.
func (c *Client) request(ctx context.Context, action string, body []byte, now time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, failed(idem.Misconfigured, err, "Invalid endpoint: %v", err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+action)
	req.Header.Set("User-Agent", c.UserAgent)
	req.Header.Set("Accept-Encoding", "identity")
	credentials, err := c.Credentials.Retrieve(ctx)
	var judged *idem.AttemptError
	switch {
	case errors.As(err, &judged):
		return nil, err
	case err != nil:
		return nil, failed(idem.Misconfigured, err, "Unable to locate credentials: %v", err)
	}
	hash := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), "dynamodb", c.Region, now); err != nil {
		return nil, failed(idem.Misconfigured, err, "signing the request: %v", err)
	}
	return req, nil
}

// failed returns the error of an attempt without an error code of DynamoDB.
func failed(verdict idem.Verdict, err error, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: verdict, Message: fmt.Sprintf(format, args...), Err: err}
}
