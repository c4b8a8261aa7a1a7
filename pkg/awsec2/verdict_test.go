package awsec2_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
)

const (
	html    = "<html><body><h1>Not EC2</h1></body></html>"
	matched = idem.Matched
)

type verdictCase struct {
	name      string
	answer    http.HandlerFunc
	want      idem.Verdict
	throttled bool
}

// Each answer has one verdict, over real sockets. Each attempt is one request.
func TestVerdicts(t *testing.T) {
	whole := routeTable("rtb-0899b6226d3a3ef9a", vpcID, token)
	cases := []verdictCase{
		{"match", xml(200, whole), matched, false},
		{"match as 201", xml(201, whole), matched, false},
		{"match without a token", xml(200, strings.Replace(whole, "<clientToken>"+token+"</clientToken>", "", 1)), matched, false},
		{"another VPC", xml(200, routeTable("rtb-1", "vpc-03683f950edba6643", token)), idem.Unknown, false},
		{"match with an empty token", xml(200, routeTable("rtb-0899b6226d3a3ef9a", vpcID, "")), matched, false},
		{"no VPC", xml(200, routeTable("rtb-1", "", token)), idem.Unknown, false},
		{"another token", xml(200, routeTable("rtb-1", vpcID, "another")), idem.Unknown, false},
		{"the token in capitals", xml(200, routeTable("rtb-1", vpcID, strings.ToUpper(token))), idem.Unknown, false},
		{"another kind of id", xml(200, routeTable("acl-1", vpcID, token)), idem.Unknown, false},
		{"no id", xml(200, routeTable("", vpcID, token)), idem.Unknown, false},
		{"half an id", xml(200, routeTable("rtb-", vpcID, token)), idem.Unknown, false},
		{"another answer", xml(200, `<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>`), idem.Unknown, false},
		{"an error in a 200", refusal(200, "UnauthorizedOperation"), idem.Unknown, false},

		{"200 empty", xml(200, ""), idem.Unknown, false},
		{"204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, idem.Unknown, false},
		{"200 HTML", text(200, "text/html", html), idem.Unknown, false},
		{"200 JSON", text(200, "application/json", `{"ok":true}`), idem.Unknown, false},
		{"200 garbage", text(200, "text/xml", "\x80\x00\xff"), idem.Unknown, false},
		{"200 half a document", xml(200, whole[:len(whole)/2]), idem.Unknown, false},
		{"200 cut off", cut(200, whole[:len(whole)/2]), idem.Unknown, false},
		{"200 cut off after the document", cut(200, whole), matched, false},
		{"302", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://portal.invalid/")
			w.WriteHeader(http.StatusFound)
		}, idem.Unknown, false},
		{"307", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, idem.Unknown, false},
		{"400 HTML", text(400, "text/html", html), idem.Unknown, false},
		{"403 HTML", text(403, "text/html", html), idem.Unknown, false},
		{"404 empty", xml(404, ""), idem.Unknown, false},
		{"400 JSON", text(400, "application/json", `{"__type":"AccessDenied","message":"no"}`), idem.Unknown, false},
		{"400 cut off", cut(400, "<Response><Errors><Error><Code>AuthFailure"), idem.Unknown, false},
		{"407 HTML", text(407, "text/html", html), idem.Unknown, false},
		{"429 HTML", text(429, "text/html", html), idem.Unknown, false},
		{"500 empty", xml(500, ""), idem.Unknown, false},
		{"502 HTML", text(502, "text/html", html), idem.Unknown, false},
		{"504 HTML", text(504, "text/html", html), idem.Unknown, false},
		{"500 of a code that is fatal in a 400", refusal(500, "InvalidVpcID.NotFound"), idem.Unknown, false},
		{"503 of an unknown code", refusal(503, "Mystery"), idem.Unknown, false},
		{"399 with an error document", refusal(399, "UnauthorizedOperation"), idem.Unknown, false},
		{"399 without capacity", refusal(399, "InsufficientInstanceCapacity"), idem.Unknown, false},
		{"499 with an error document", refusal(499, "Mystery"), idem.Rejected, false},
		{"409 conflict", refusal(409, "IncorrectState"), idem.Rejected, false},
		{"an unknown code", refusal(400, "Mystery"), idem.Rejected, false},
		{"no code", refusal(400, ""), idem.Unknown, false},
		{"DryRunOperation that was not asked for", refusal(412, "DryRunOperation"), idem.Rejected, false},
		{"InvalidClientToken", refusal(400, "InvalidClientToken"), idem.Rejected, false},
		{"InvalidClientTokenId", refusal(403, "InvalidClientTokenId"), idem.Rejected, false},
		{"mismatch", refusal(400, "IdempotentParameterMismatch"), idem.Mismatch, false},

		{"reset", hijacked(func(c *net.TCPConn) { _ = c.SetLinger(0) }), idem.Unknown, false},
		{"closed", hijacked(func(*net.TCPConn) {}), idem.Unknown, false},
		{"no HTTP", hijacked(func(c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n") }), idem.Unknown, false},
		{"half a header", hijacked(func(c *net.TCPConn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Req") }), idem.Unknown, false},
	}
	for _, code := range []string{
		"RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "RequestThrottled",
		"RequestThrottledException", "SlowDown", "BandwidthLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete",
	} {
		for _, status := range []int{400, 429, 503} {
			cases = append(cases, verdictCase{fmt.Sprint(code, " ", status), refusal(status, code), idem.NotApplied, true})
		}
	}
	for _, code := range []string{"InternalError", "InternalFailure", "ServerInternal", "ServiceUnavailable", "Unavailable"} {
		for _, status := range []int{400, 500, 503} {
			cases = append(cases, verdictCase{fmt.Sprint(code, " ", status), refusal(status, code), idem.Unknown, false})
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBackend(t, httptest.NewServer, c.answer)
			result, err := connect(t, awsec2.Options{EndpointURL: b.URL}).Create(t.Context(), intent("CreateRouteTable"))
			sent := b.requests()
			if len(sent) != 1 || sent[0].form.Get("ClientToken") != token {
				t.Errorf("sent %v: want one request with the token", sent)
			}
			if c.want == matched {
				if err != nil || !strings.HasPrefix(result.ResourceID, "rtb-0") || result.ResourceIDs != nil || result.Output["ClientToken"] != token {
					t.Errorf("got %v, %v", result, err)
				}
				return
			}
			var e *idem.AttemptError
			if !errors.As(err, &e) || result.ResourceID != "" {
				t.Fatalf("got %v, %v: want %s", result, err, c.want)
			}
			if e.Verdict != c.want || e.Throttled != c.throttled || e.Error() == "" {
				t.Errorf("got %s, throttled %t: %q; want %s, throttled %t", e.Verdict, e.Throttled, e.Error(), c.want, c.throttled)
			}
		})
	}
}

// An answer must hold the operation's own kind of resource.
func TestNetworkAcl(t *testing.T) {
	answer := `<CreateNetworkAclResponse><networkAcl><networkAclId>%s</networkAclId><vpcId>` + vpcID + `</vpcId></networkAcl></CreateNetworkAclResponse>`
	good := newBackend(t, httptest.NewServer, xml(200, fmt.Sprintf(answer, "acl-1")))
	if result, err := connect(t, awsec2.Options{EndpointURL: good.URL}).Create(t.Context(), intent("CreateNetworkAcl")); err != nil || result.ResourceID != "acl-1" {
		t.Errorf("got %v, %v", result, err)
	}
	bad := newBackend(t, httptest.NewServer, xml(200, fmt.Sprintf(answer, "rtb-1")))
	if e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: bad.URL}), intent("CreateNetworkAcl")); e.Verdict != idem.Unknown {
		t.Errorf("got %s: %v", e.Verdict, e)
	}
}

// DryRunOperation is the success of a dry run. An answer with a resource is not.
func TestDryRun(t *testing.T) {
	dry := intent("CreateRouteTable")
	dry.Input["DryRun"] = true
	b := newBackend(t, httptest.NewServer, refusal(412, "DryRunOperation"))
	result, err := connect(t, awsec2.Options{EndpointURL: b.URL}).Create(t.Context(), dry)
	if err != nil || result.ResourceID != "" || result.Output != nil {
		t.Errorf("got %v, %v", result, err)
	}
	if sent := b.requests(); len(sent) != 1 || sent[0].form.Get("DryRun") != "true" {
		t.Errorf("sent %v", sent)
	}
	ignored := newBackend(t, httptest.NewServer, xml(200, routeTable("rtb-1", vpcID, token)))
	e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: ignored.URL}), dry)
	if e.Verdict != idem.Undecided || e.Message != "the endpoint ignored the dry run and created rtb-1" {
		t.Errorf("got %s: %v", e.Verdict, e)
	}
	denied := newBackend(t, httptest.NewServer, refusal(403, "UnauthorizedOperation"))
	if e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: denied.URL}), dry); e.Verdict != idem.Rejected {
		t.Errorf("got %s: %v", e.Verdict, e)
	}
}

// A request that never left was not applied, or it is misconfigured.
func TestUnsent(t *testing.T) {
	plain := newBackend(t, httptest.NewServer, xml(200, ""))
	secure := newBackend(t, httptest.NewTLSServer, xml(200, ""))
	failing := func(err error) awsec2.Options {
		return awsec2.Options{EndpointURL: "https://ec2.test", Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}}
	}
	ssh := awsec2.Options{EndpointURL: "https://ec2.test", Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() { _, _ = io.WriteString(theirs, "SSH-2.0-OpenSSH_9.9\r\n") }()
		return ours, nil
	}}
	for name, c := range map[string]struct {
		options awsec2.Options
		want    idem.Verdict
	}{
		"TLS to SSH":            {ssh, idem.Misconfigured},
		"refused":               {failing(os.NewSyscallError("connect", syscall.ECONNREFUSED)), idem.NotApplied},
		"refused by the system": {awsec2.Options{EndpointURL: "http://127.0.0.1:1"}, idem.NotApplied},
		"unreachable":           {failing(os.NewSyscallError("connect", syscall.ENETUNREACH)), idem.NotApplied},
		"dial timeout":          {failing(os.ErrDeadlineExceeded), idem.NotApplied},
		"DNS is down":           {failing(&net.DNSError{Err: "server misbehaving", Name: "ec2.test", IsTemporary: true}), idem.NotApplied},
		"DNS timeout":           {failing(&net.DNSError{Err: "i/o timeout", Name: "ec2.test", IsTimeout: true}), idem.NotApplied},
		"no such host":          {failing(&net.DNSError{Err: "no such host", Name: "ec2.test", IsNotFound: true}), idem.Misconfigured},
		"untrusted":             {awsec2.Options{EndpointURL: secure.URL}, idem.Misconfigured},
		"TLS to plain HTTP":     {awsec2.Options{EndpointURL: strings.Replace(plain.URL, "http:", "https:", 1)}, idem.Misconfigured},
	} {
		t.Run(name, func(t *testing.T) {
			e := attempt(t, t.Context(), connect(t, c.options), intent("CreateRouteTable"))
			start := "Could not connect to the endpoint URL: "
			if strings.Contains(name, "TLS") || name == "untrusted" {
				start = "SSL validation failed for "
			}
			if e.Verdict != c.want || !strings.HasPrefix(e.Message, fmt.Sprintf("%s%q: ", start, c.options.EndpointURL+"/")) || errors.Unwrap(e) == nil {
				t.Errorf("got %s: %v; want %s", e.Verdict, e, c.want)
			}
		})
	}
	if n := len(plain.requests()) + len(secure.requests()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// If the attempt's limit ends the TLS handshake, nothing was applied. If it ends the request, the outcome is unknown.
func TestLimit(t *testing.T) {
	limit := errors.New("no answer within the test's patience")
	for name, c := range map[string]struct {
		scheme  string
		verdict idem.Verdict
	}{"handshake": {"https", idem.NotApplied}, "request": {"http", idem.Unknown}} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var config net.ListenConfig
			listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			served, judged := make(chan struct{}), make(chan struct{})
			go func() { // sends nothing, and ends the attempt after the client has sent a byte
				defer close(served)
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				_, _ = conn.Read(make([]byte, 1))
				cancel(limit)
				<-judged
			}()
			endpoint := c.scheme + "://" + listener.Addr().String()
			e := attempt(t, ctx, connect(t, awsec2.Options{EndpointURL: endpoint}), intent("CreateRouteTable"))
			want := limit.Error()
			if c.verdict == idem.NotApplied {
				want = fmt.Sprintf("Could not connect to the endpoint URL: %q: %v", endpoint+"/", limit)
			}
			if e.Verdict != c.verdict || e.Message != want {
				t.Errorf("got %s: %v; want %s: %s", e.Verdict, e, c.verdict, want)
			}
			close(judged)
			if err := listener.Close(); err != nil {
				t.Error(err)
			}
			<-served
		})
	}
}

// A refusal is a denial if its code says that the caller may not run the action, or that the endpoint does not have the action.
func TestDenials(t *testing.T) {
	for code, want := range map[string]bool{
		"UnauthorizedOperation": true, "AccessDenied": true, "AccessDeniedException": true, "InvalidAction": true, "UnsupportedOperation": true,
		"RouteTableLimitExceeded": false, "AuthFailure": false, "InvalidVpcID.NotFound": false,
	} {
		b := newBackend(t, httptest.NewServer, refusal(400, code))
		if e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable")); e.Verdict != idem.Rejected || e.Denied != want {
			t.Errorf("%s: got %s, denied %t, want %t", code, e.Verdict, e.Denied, want)
		}
	}
}
