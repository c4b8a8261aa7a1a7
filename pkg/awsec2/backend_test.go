package awsec2_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
)

func TestMain(m *testing.M) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CA_BUNDLE": "", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_EC2": "", "AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "",
		"HTTP_PROXY": "", "HTTPS_PROXY": "",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION"} { // an empty value would be refused, so they are unset
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	if flag.Lookup("update").Value.String() == "false" && !isIndexed() {
		fmt.Fprintln(os.Stderr, "index.go does not have the operations of the table in operations.go: run go generate ./pkg/awsec2")
		os.Exit(1) // else almost every test fails, and no message shows the cause
	}
	goleak.VerifyTestMain(m)
}

// isIndexed reports whether index.go has the names of the table's operations.
func isIndexed() bool {
	return slices.EqualFunc(awsec2.Operations(), awsec2.OperationNames(), func(op awsec2.Operation, name string) bool { return op.Name == name })
}

// unset unsets variables for a test.
func unset(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		t.Setenv(name, "") // restores the variable at the end of the test
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	vpcID = "vpc-00c84bd9dcad1d728"
	token = "abf653c2-09a2-426d-bd2d-acaac0c98a28"
)

// A backend is an EC2 that answers every request in the same way and records the requests.
type backend struct {
	*httptest.Server
	mu   sync.Mutex
	sent []sent
}

type sent struct {
	header http.Header
	form   url.Values
}

func (b *backend) requests() []sent {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent
}

func newBackend(t *testing.T, start func(http.Handler) *httptest.Server, answer http.HandlerFunc) *backend {
	t.Helper()
	b := new(backend)
	b.Server = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		form, formErr := url.ParseQuery(string(body))
		if errors.Join(err, formErr) != nil {
			t.Errorf("no form arrived: %v %v", err, formErr)
		}
		b.mu.Lock()
		b.sent = append(b.sent, sent{r.Header.Clone(), form})
		b.mu.Unlock()
		answer(w, r)
	}))
	b.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(func() { b.CloseClientConnections(); b.Close() })
	return b
}

func connect(t *testing.T, o awsec2.Options) idem.Creator {
	t.Helper()
	client, err := awsec2.Connect(o)
	if err != nil {
		t.Fatal(err)
	}
	return awsec2.New(client)
}

func intent(operation string) idem.Intent {
	return idem.Intent{Operation: operation, ClientToken: token, Input: map[string]any{"VpcId": vpcID}}
}

// attempt returns the error of an attempt that must not match.
func attempt(t *testing.T, ctx context.Context, creator idem.Creator, i idem.Intent) *idem.AttemptError { //nolint:revive // t is first in tests
	t.Helper()
	result, err := creator.Create(ctx, i)
	var e *idem.AttemptError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, %v: want an attempt error", result, err)
	}
	return e
}

func text(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // some tests disconnect
	}
}

func xml(status int, body string) http.HandlerFunc {
	return text(status, "text/xml;charset=UTF-8", body)
}

// refusal is an error document of EC2.
func refusal(status int, code string) http.HandlerFunc {
	return xml(status, `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>`+code+`</Code><Message>said of `+code+`</Message></Error></Errors><RequestID>59dbff89</RequestID></Response>`)
}

func routeTable(id, vpc, token string) string {
	return `<CreateRouteTableResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>59dbff89</requestId><routeTable>` +
		`<routeTableId>` + id + `</routeTableId><vpcId>` + vpc + `</vpcId></routeTable><clientToken>` + token + `</clientToken></CreateRouteTableResponse>`
}

// cut sends less of a body than its Content-Length and closes the connection.
func cut(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
		w.Header().Set("Content-Length", fmt.Sprint(2*len(body)))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// hijacked ends the connection without an HTTP answer.
func hijacked(end func(*net.TCPConn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		end(conn.(*net.TCPConn))
		_ = conn.Close()
	}
}

// lookup returns an operation of the table.
func lookup(t *testing.T, name string) awsec2.Operation {
	t.Helper()
	op, ok := awsec2.LookupOperation(name)
	if !ok {
		t.Fatalf("the table in operations.go has no %s, which this test needs", name)
	}
	return op
}
