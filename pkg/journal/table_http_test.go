package journal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A doer is an HTTP client.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(req *http.Request) (*http.Response, error) { return d(req) }

// reply returns an answer of DynamoDB.
func reply(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// twice makes up to two attempts of a call, as package retry does.
func twice(ctx context.Context, attempt func(context.Context) error) error {
	once := idem.CreatorFunc(func(ctx context.Context, _ idem.Intent) (idem.Result, error) { return idem.Result{}, attempt(ctx) })
	_, err := retry.Wrap(once, retry.Policy{MaxAttempts: 2, Multiplier: 1}, nil).Create(ctx, idem.Intent{})
	return err
}

// A recorder lists the operations of requests.
type recorder struct {
	mu    sync.Mutex
	calls []string
}

func (r *recorder) record(c *dynamodb.Config) {
	next := c.HTTP
	c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
		r.mu.Lock()
		r.calls = append(r.calls, operationOf(req))
		r.mu.Unlock()
		return next.Do(req)
	})
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

func operationOf(req *http.Request) string {
	_, operation, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	return operation
}

// meanwhile returns a change of a client's configuration: the client calls do before its nth request of an operation.
func meanwhile(operation string, nth int, do func()) func(*dynamodb.Config) {
	return func(c *dynamodb.Config) {
		next, count := c.HTTP, 0
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			if operationOf(req) == operation {
				if count++; count == nth {
					do()
				}
			}
			return next.Do(req)
		})
	}
}

// losing returns a change of a client's configuration: the client loses the first answers to an operation, and repeats a failed call once.
func losing(operation string, answers int) func(*dynamodb.Config) {
	return func(c *dynamodb.Config) {
		next := c.HTTP
		c.Repeat = twice
		c.HTTP = doer(func(req *http.Request) (*http.Response, error) {
			resp, err := next.Do(req)
			if err == nil && answers > 0 && operationOf(req) == operation {
				answers--
				_ = resp.Body.Close()
				return nil, errors.New("connection reset")
			}
			return resp, err
		})
	}
}

// A fakeClock is this machine's clock, set forward by a test. As DynamoDB's clock, its time is in the Date of answers.
type fakeClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (f *fakeClock) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ahead += d
}

func (f *fakeClock) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().Add(f.ahead)
}

// dated returns an HTTP client whose answers have the date of a clock.
func dated(next aws.HTTPClient, now func() time.Time) aws.HTTPClient {
	return doer(func(req *http.Request) (*http.Response, error) {
		resp, err := next.Do(req)
		if err == nil {
			resp.Header.Set("Date", now().UTC().Format(http.TimeFormat))
		}
		return resp, err
	})
}
