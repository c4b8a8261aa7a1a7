package awsec2_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A message names what arrived. The id of the request and the wait that the answer asks for are kept.
func TestMessages(t *testing.T) {
	with := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Amzn-Requestid", "of-the-header")
			w.Header().Set("Retry-After", "3")
			answer(w, r)
		}
	}
	whole := routeTable("rtb-1", vpcID, token)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		id     string
		after  time.Duration
		want   string // the message, or its beginning before "..."
	}{
		"another VPC": {
			with(xml(200, routeTable("rtb-1", "vpc-1", token))), "of-the-header", 3 * time.Second,
			`the answer (HTTP 200) does not match the request: its VpcId is "vpc-1", not "` + vpcID + `"`,
		},
		"no VPC": {
			xml(200, "<CreateRouteTableResponse><routeTable><routeTableId>rtb-1</routeTableId></routeTable></CreateRouteTableResponse>"), "", 0,
			`the answer (HTTP 200) does not match the request: it has no VpcId, and "` + vpcID + `" was asked for`,
		},
		"another token": {
			xml(201, routeTable("rtb-1", vpcID, "another")), "", 0,
			`the answer (HTTP 201) does not match the request: its client token is "another", not "` + token + `"`,
		},
		"no id":            {with(xml(200, "")), "of-the-header", 3 * time.Second, "the answer (HTTP 200) does not match the request: it names no route table"},
		"half a document":  {xml(200, whole[:len(whole)/2]), "", 0, "the answer (HTTP 200) can't be read: ..."},
		"302":              {with(xml(302, "")), "of-the-header", 3 * time.Second, "the answer (HTTP 302 Found) does not come from EC2"},
		"300":              {xml(300, ""), "", 0, "the answer (HTTP 300 Multiple Choices) does not come from EC2"},
		"502 HTML":         {with(text(502, "text/html", html)), "of-the-header", 3 * time.Second, "the answer (HTTP 502 Bad Gateway) does not come from EC2"},
		"closed":           {hijacked(func(*net.TCPConn) {}), "", 0, "the connection was lost before an answer: EOF"},
		"refused":          {refusal(400, "Mystery"), "59dbff89", 0, "said of Mystery"},
		"refused, headers": {with(refusal(400, "Mystery")), "of-the-header", 3 * time.Second, "said of Mystery"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, httptest.NewServer, c.answer)
			e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable"))
			start, cut := strings.CutSuffix(c.want, "...")
			if e.Message != c.want && (!cut || !strings.HasPrefix(e.Message, start)) || e.RequestID != c.id || e.RetryAfter != c.after || e.Operation != "CreateRouteTable" {
				t.Errorf("%s of %q, retry after %s: %q", e.Operation, e.RequestID, e.RetryAfter, e.Message)
			}
		})
	}
}

// x-amz-retry-after is in milliseconds; Retry-After in seconds, or a date by the server's own clock.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		amz, after string
		want       time.Duration
	}{
		{"", "", 0},
		{"", "3", 3 * time.Second},
		{"250", "", 250 * time.Millisecond},
		{"250", "3", 250 * time.Millisecond},
		{"soon", "3", 3 * time.Second},
		{"-1", "3", 3 * time.Second},
		{"", "-3", 0},
		{"", "1.5", 0},
		{"", "later", 0},
		{"", "99999999999999999999", 0},
		{"9223372036854775807", "", (1 << 31) * time.Millisecond},
		{"", "9223372036854775807", (1 << 31) * time.Second},
		{"", now.Add(90 * time.Second).Format(http.TimeFormat), 90 * time.Second},
		{"", now.Add(-90 * time.Second).Format(http.TimeFormat), 0},
	} {
		t.Run(c.amz+"/"+c.after, func(t *testing.T) {
			t.Parallel()
			b := newBackend(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", now.Format(http.TimeFormat))
				if c.amz != "" {
					w.Header().Set("X-Amz-Retry-After", c.amz)
				}
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				refusal(503, "RequestLimitExceeded")(w, r)
			})
			if e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable")); e.RetryAfter != c.want {
				t.Errorf("got %s, want %s", e.RetryAfter, c.want)
			}
		})
	}
}

// An answer of 32 MiB can be read. A longer one is unreadable, and so unknown.
func TestLongAnswer(t *testing.T) {
	const most = 32 << 20
	whole := routeTable("rtb-0899b6226d3a3ef9a", vpcID, token)
	padded := func(length int) http.HandlerFunc {
		return xml(200, strings.Repeat(" ", length-len(whole))+whole)
	}
	b := newBackend(t, httptest.NewServer, padded(most))
	if _, err := connect(t, awsec2.Options{EndpointURL: b.URL}).Create(t.Context(), intent("CreateRouteTable")); err != nil {
		t.Errorf("%d bytes: %v", most, err)
	}
	b = newBackend(t, httptest.NewServer, padded(most+len("</CreateRouteTableResponse>")))
	if e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable")); e.Verdict != idem.Unknown {
		t.Errorf("a longer one: got %s: %v", e.Verdict, e)
	}
}
