package dynamodb

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/awsidem/awsidem/pkg/idem"
)

func newClient(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return New(Config{Endpoint: server.URL, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", "session"), HTTP: server.Client()})
}

// DynamoDB's answer determines whether another attempt may help.
func TestVerdicts(t *testing.T) {
	for name, test := range map[string]struct {
		status    int
		body      string
		verdict   idem.Verdict
		throttled bool
	}{
		"condition":     {400, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}`, idem.Rejected, false},
		"throttle":      {400, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}`, idem.NotApplied, true},
		"short type":    {400, `{"__type":"ThrottlingException","Message":"slow down"}`, idem.NotApplied, true},
		"no table":      {400, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}`, idem.Rejected, false},
		"server":        {500, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`, idem.Unknown, false},
		"page":          {502, `<html>`, idem.Unknown, false},
		"page of 4xx":   {403, `<html>`, idem.Unknown, false},
		"redirect":      {302, `<html>`, idem.Unknown, false},
		"EC2":           {400, `<?xml version="1.0"?><Response><Errors><Error><Code>InvalidAction</Code></Error></Errors></Response>`, idem.Rejected, false},
		"STS":           {403, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error/></ErrorResponse>`, idem.Rejected, false},
		"gateway":       {413, `{"message":"Request Too Long"}`, idem.Unknown, false},
		"cut off":       {200, `{`, idem.Unknown, false},
		"wrong secret":  {400, `{"__type":"com.amazon.coral.service#InvalidSignatureException"}`, idem.Rejected, false},
		"denied":        {400, `{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}`, idem.Rejected, false},
		"not there yet": {400, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException"}`, idem.NotApplied, false},
	} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		})
		err := client.Put(t.Context(), "t", Item{}, Condition{})
		var attempt *idem.AttemptError
		if !errors.As(err, &attempt) || attempt.Verdict != test.verdict || attempt.Throttled != test.throttled {
			t.Errorf("%s: %v (%+v)", name, err, attempt)
		}
		var conflict *ConflictError
		if errors.As(err, &conflict) != (name == "condition") {
			t.Errorf("%s: a conflict: %v", name, err)
		}
	}
}

// Signed with DynamoDB's clock, the second attempt of a machine with a wrong clock succeeds. A request is signed for the service, and holds no
// secret.
func TestWrongClock(t *testing.T) {
	var dates []string
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		authorization := r.Header.Get("Authorization")
		if !strings.Contains(authorization, "/eu-west-1/dynamodb/aws4_request") || strings.Contains(authorization, "secret") {
			t.Errorf("Authorization: %s", authorization)
		}
		dates = append(dates, r.Header.Get("X-Amz-Date"))
		signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err != nil || time.Since(signed).Abs() > 5*time.Minute {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#InvalidSignatureException"}`)
			return
		}
		_, _ = io.WriteString(w, `{}`)
	})
	client.Clock = func() time.Time { return time.Now().Add(-3 * time.Hour) }
	client.Repeat = func(ctx context.Context, attempt func(context.Context) error) error {
		_ = attempt(ctx)
		return attempt(ctx)
	}
	if _, known := client.Now(); known {
		t.Error("the clock is known before an answer")
	}
	if err := client.Put(t.Context(), "t", Item{}, Condition{}); err != nil || len(dates) != 2 {
		t.Errorf("%v, signed at %q", err, dates)
	}
	if now, known := client.Now(); !known || time.Since(now).Abs() > time.Minute {
		t.Errorf("the clock is %s, %t", now, known)
	}
	if by := client.Ahead(); (by - 3*time.Hour).Abs() > time.Minute {
		t.Errorf("DynamoDB's clock is %s ahead", by)
	}
}

// failing returns an HTTP client whose connections fail with an error.
func failing(err error) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}}}
}

var (
	errHost    = &net.DNSError{Err: "no such host", Name: "awsidem.invalid", IsNotFound: true}
	errRefused = os.NewSyscallError("connect", syscall.ECONNREFUSED)
)

// The monotonic clock of a machine that was suspended is behind. The request after the suspension is signed for the past, and the next attempt is
// not.
func TestSuspended(t *testing.T) {
	suspended := time.Duration(0)
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		now := time.Now().Add(suspended)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err != nil || now.Sub(signed).Abs() > 5*time.Minute {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#InvalidSignatureException"}`)
			return
		}
		_, _ = io.WriteString(w, `{}`)
	})
	for _, suspended = range []time.Duration{0, time.Hour} {
		err := client.Put(t.Context(), "t", Item{}, Condition{})
		var attempt *idem.AttemptError
		if suspended > 0 {
			if !errors.As(err, &attempt) || attempt.Verdict != idem.NotApplied {
				t.Fatalf("the first attempt after the suspension: %v (%+v)", err, attempt)
			}
			err = client.Put(t.Context(), "t", Item{}, Condition{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// If a gateway answers with a page in JSON, the outcome is unknown.
func TestPageInJSON(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"message":"log in first"}`) })
	_, describeErr := client.DescribeTable(t.Context(), "t")
	for action, err := range map[string]error{
		"PutItem":       client.Put(t.Context(), "t", Item{}, Condition{}),
		"DeleteItem":    client.Delete(t.Context(), "t", Item{}, Condition{}),
		"Scan":          client.Each(t.Context(), Query{TableName: "t"}, func([]Item) error { return nil }),
		"DescribeTable": describeErr,
	} {
		var attempt *idem.AttemptError
		if !errors.As(err, &attempt) || attempt.Verdict != idem.Unknown || !strings.Contains(err.Error(), action) {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// A member that a later DynamoDB may add to the answer of a write is no error.
func TestNewMember(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Requestid", "id")
		_, _ = io.WriteString(w, `{"New":1}`)
	})
	if err := client.Put(t.Context(), "t", Item{}, Condition{}); err != nil {
		t.Error(err)
	}
}

// If the checksum of an answer is wrong, the outcome is unknown.
func TestChecksum(t *testing.T) {
	for sum, valid := range map[string]bool{"2745614147": true, "2745614148": false, "": true} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if sum != "" {
				w.Header().Set("X-Amz-Crc32", sum)
			}
			_, _ = io.WriteString(w, `{}`)
		})
		err := client.Put(t.Context(), "t", Item{}, Condition{})
		var attempt *idem.AttemptError
		if valid != (err == nil) || !valid && (!errors.As(err, &attempt) || attempt.Verdict != idem.Unknown) {
			t.Errorf("checksum %q: %v", sum, err)
		}
	}
}

// A request that never left is not applied. A request without credentials or host is misconfigured.
func TestUnsent(t *testing.T) {
	dropping := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer dropping.Close()
	static := credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", "")
	none := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none") })
	for name, test := range map[string]struct {
		config      Config
		verdict     idem.Verdict
		unreachable bool
	}{
		"refused":        {Config{Endpoint: "http://127.0.0.1:80", Credentials: static, HTTP: failing(errRefused)}, idem.NotApplied, true},
		"no such host":   {Config{Endpoint: "http://awsidem.invalid", Credentials: static, HTTP: failing(errHost)}, idem.Misconfigured, true},
		"no credentials": {Config{Endpoint: dropping.URL, Credentials: none, HTTP: http.DefaultClient}, idem.Misconfigured, false},
		"lost":           {Config{Endpoint: dropping.URL, Credentials: static, HTTP: http.DefaultClient}, idem.Unknown, false},
	} {
		var (
			attempt     *idem.AttemptError
			unreachable *UnreachableError
		)
		err := New(test.config).Put(t.Context(), "t", Item{}, Condition{})
		if !errors.As(err, &attempt) || attempt.Verdict != test.verdict || errors.As(err, &unreachable) != test.unreachable {
			t.Errorf("%s: %v", name, err)
		}
		if test.unreachable && !strings.Contains(err.Error(), test.config.Endpoint) {
			t.Errorf("%s: the message does not name the endpoint: %v", name, err)
		}
	}
}

// The debug log shows each request and answer, and neither a credential nor the masked attribute.
func TestDebug(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"x#ConditionalCheckFailedException","Item":{"token":{"S":"T"},"input": {"S": "{\"UserData\":\"HIDDEN\"}"}},"Cut":{"input":{"S":"HIDDEN\"`)
	})
	var log strings.Builder
	client.Debug, client.Mask = &log, "input"
	_ = client.Put(t.Context(), "t", Item{"token": String("T"), "input": String(`{"UserData":"HIDDEN"}`)}, Condition{})
	for _, want := range []string{
		"> POST " + client.Endpoint + " PutItem\n", `> {"TableName":"t","Item":{"input":{"S":"(masked)"},"token":{"S":"T"}}`,
		"< HTTP 400 Bad Request\n", `"Item":{"token":{"S":"T"},"input": {"S": "(masked)"}},"Cut":{"input":{"S":"(masked)`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, &log)
		}
	}
	for _, secret := range []string{"HIDDEN", "AKIDTEST", "secret", "session", "Authorization", "Signature"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %s:\n%s", secret, &log)
		}
	}
	client.HTTP = failing(errHost)
	log.Reset()
	_ = client.Put(t.Context(), "t", Item{}, Condition{})
	if !strings.Contains(log.String(), "< no answer: ") {
		t.Errorf("the log of a failure:\n%s", &log)
	}
}

// Each follows the pages.
func TestPages(t *testing.T) {
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"ExclusiveStartKey":{"token":{"S":"a"}}`) {
			_, _ = io.WriteString(w, `{"Items":[{"token":{"S":"b"}}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"Items":[{"token":{"S":"a"}}],"LastEvaluatedKey":{"token":{"S":"a"}}}`)
	})
	var found []string
	err := client.Each(t.Context(), Query{TableName: "t"}, func(items []Item) error {
		for _, item := range items {
			found = append(found, item.Text("token"))
		}
		return nil
	})
	if err != nil || strings.Join(found, "") != "ab" {
		t.Errorf("%q, %v", found, err)
	}
}

func TestSize(t *testing.T) {
	item := Item{"a": String(strings.Repeat("x", MaxSize)), "n": Number(12), "m": {M: Item{"b": String("c")}}}
	if size := item.Size(); size <= MaxSize || size > MaxSize+64 {
		t.Errorf("the size is %d", size)
	}
}
