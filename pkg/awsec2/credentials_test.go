package awsec2

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/identity"
)

// A withStatus is an error with the HTTP status of an answer; 0 if there was none.
type withStatus struct {
	error
	status int
}

func (e withStatus) HTTPStatusCode() int { return e.status }
func (e withStatus) Unwrap() error       { return e.error }

// A server of credentials that can't be reached or fails may answer a retry. Any other source, and a refusal, needs a person.
func TestJudgeCredentials(t *testing.T) {
	from := func(err error) error {
		return &identity.RetrieveError{What: "no credentials from the server", Remote: true, Err: err}
	}
	local := func(err error) error { return &identity.RetrieveError{What: "no credentials here", Err: err} }
	called := func(err error) error {
		return from(&smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: err})
	}
	refused := func(status int, code string) error {
		return called(withStatus{&smithy.GenericAPIError{Code: code, Message: "no"}, status})
	}
	interrupted := errors.New("interrupted")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted)
	broken := errors.New("it is broken")
	noHost := &net.DNSError{Name: "sts.test", IsNotFound: true}
	noDNS := &net.DNSError{Err: "server misbehaving", Name: "sts.test", IsTemporary: true}
	const call = "An error occurred (%s) when calling the AssumeRole operation: no"

	for name, c := range map[string]struct {
		ctx       context.Context //nolint:containedctx // of one row
		err       error
		want      idem.Verdict
		throttled bool
		message   string
	}{
		"no source":           {t.Context(), broken, idem.Misconfigured, false, "Unable to locate credentials: it is broken"},
		"interrupted":         {ended, from(broken), idem.NotApplied, false, "nothing was sent: interrupted"},
		"a file":              {t.Context(), local(broken), idem.Misconfigured, false, "no credentials here: it is broken"},
		"no such host":        {t.Context(), from(noHost), idem.Misconfigured, false, `no credentials from the server: no such host "sts.test"`},
		"no such host, local": {t.Context(), local(noHost), idem.Misconfigured, false, "no credentials here: " + noHost.Error()},
		"DNS is down":         {t.Context(), from(noDNS), idem.NotApplied, false, "no credentials from the server: " + noDNS.Error()},
		"a server":            {t.Context(), from(broken), idem.NotApplied, false, "no credentials from the server: it is broken"},
		"a server's answer":   {t.Context(), from(withStatus{broken, 404}), idem.Misconfigured, false, "no credentials from the server: it answered with HTTP 404 Not Found"},
		"a server's failure":  {t.Context(), from(withStatus{broken, 500}), idem.NotApplied, false, "no credentials from the server: it answered with HTTP 500 Internal Server Error"},
		"a server's throttle": {t.Context(), from(withStatus{broken, 429}), idem.NotApplied, true, "no credentials from the server: it answered with HTTP 429 Too Many Requests"},
		"no answer":           {t.Context(), from(withStatus{broken, 0}), idem.NotApplied, false, "no credentials from the server: it is broken"},
		"STS refuses":         {t.Context(), refused(403, "AccessDenied"), idem.Misconfigured, false, fmt.Sprintf(call, "AccessDenied")},
		"STS fails":           {t.Context(), refused(503, "ServiceUnavailable"), idem.NotApplied, false, fmt.Sprintf(call, "ServiceUnavailable")},
		"STS throttles":       {t.Context(), refused(400, "Throttling"), idem.NotApplied, true, fmt.Sprintf(call, "Throttling")},
		"no document":         {t.Context(), called(withStatus{&smithy.GenericAPIError{Code: codeNoDocument, Message: "no"}, 502}), idem.NotApplied, false, "no credentials from the server: api error UnknownError: no"},
		"STS without a code":  {t.Context(), called(withStatus{broken, 400}), idem.Misconfigured, false, "no credentials from the server: it is broken"},
		"no operation":        {t.Context(), from(&smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}), idem.NotApplied, false, "no credentials from the server: api error AccessDenied: no"},
	} {
		e := judgeCredentials(c.ctx, c.err)
		if e.Verdict != c.want || e.Throttled != c.throttled || e.Error() != c.message || !errors.Is(e, c.err) {
			t.Errorf("%s: %s, throttled %t: %s", name, e.Verdict, e.Throttled, e)
		}
	}
}

// What failed before the request was handed to the transport sent nothing.
func TestJudgeUnsent(t *testing.T) {
	broken := errors.New("it is broken")
	wrapped := &smithy.OperationError{ServiceID: "EC2", OperationName: "CreateRouteTable", Err: broken}
	e := judgeError(t.Context(), new(exchange), wrapped)
	if e.Verdict != idem.Misconfigured || e.Message != "making the request: it is broken" || !errors.Is(e, broken) {
		t.Errorf("%s: %v", e.Verdict, e)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	if e := judgeError(ctx, new(exchange), wrapped); e.Verdict != idem.NotApplied || e.Message != "nothing was sent: interrupted" {
		t.Errorf("%s: %v", e.Verdict, e)
	}
}
