package sandbox

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// pipe is the base URL of the servers that pipes starts.
const pipe = "http://ec2.test"

// seen sends a create with a plain HTTP client. It returns the kind of failure, the response and its body.
func seen(t *testing.T, client *http.Client, base string) (string, *http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	// Cancel a request without an answer when the request has certainly arrived.
	time.AfterFunc(time.Hour, cancel)
	answer, err := client.Do(request(t, base, "us-east-1", "CreateRouteTable ClientToken=t VpcId="+OtherVPC).WithContext(ctx))
	if err != nil {
		return failure(err), nil, ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return failure(err), answer, string(body)
	}
	return kindOfBody(string(body)), answer, string(body)
}

func failure(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, context.Canceled):
		return "silence"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe):
		return "closed"
	}
	return err.Error()
}

func kindOfBody(body string) string {
	var d doc
	switch err := xml.Unmarshal([]byte(body), &d); {
	case body == "":
		return "empty"
	case strings.HasPrefix(body, "<html>"):
		return "page"
	case strings.HasPrefix(body, "{"):
		return "json"
	case err != nil && strings.HasPrefix(body, "<?xml"):
		return "half"
	case err != nil:
		return "garbage"
	case d.Code != "":
		return d.Code
	}
	return "answer"
}

// appearances has the effects of each fault: the status, the kind of body or error, and whether the change was applied.
var appearances = map[string]struct {
	status  int
	seen    string
	applied bool
}{
	"throttle":             {503, "RequestLimitExceeded", false},
	"throttle-retry-after": {503, "RequestLimitExceeded", false},
	"throttling":           {400, "Throttling", false},
	"too-many-requests":    {429, "page", false},
	"unavailable":          {503, "Unavailable", false},
	"internal-error":       {500, "InternalError", false},
	"bad-gateway":          {502, "page", false},
	"forbidden-page":       {403, "page", false},
	"proxy-auth":           {407, "page", false},
	"redirect":             {302, "page", false},
	"html":                 {200, "page", false},
	"empty":                {200, "empty", false},
	"json":                 {200, "json", false},
	"garbage":              {200, "garbage", false},
	"reset":                {0, "reset", false},
	"drop":                 {0, "closed", false},
	"hang":                 {0, "silence", false},
	"late-apply":           {0, "silence", true},
	"lost-response":        {0, "reset", true},
	"drop-after":           {0, "closed", true},
	"hang-after":           {0, "silence", true},
	"unavailable-after":    {503, "Unavailable", true},
	"internal-error-after": {500, "InternalError", true},
	"gateway-timeout":      {504, "page", true},
	"html-after":           {200, "page", true},
	"empty-after":          {200, "empty", true},
	"json-after":           {200, "json", true},
	"garbage-after":        {200, "garbage", true},
	"truncate":             {200, "cut", true},
	"half-document":        {200, "half", true},
	"stall":                {200, "silence", true},
	"slow":                 {200, "answer", true},
	"duplicate":            {200, "answer", true},
	"wrong-parameter":      {200, "answer", true},
	"wrong-vpc":            {200, "answer", true},
	"wrong-token":          {200, "answer", true},
	"no-token":             {200, "answer", true},

	"UnauthorizedOperation":    {403, "UnauthorizedOperation", false},
	"RouteTableLimitExceeded":  {400, "RouteTableLimitExceeded", false},
	"InvalidVpcID.NotFound":    {400, "InvalidVpcID.NotFound", false},
	"SomethingNobodyHeardOf":   {400, "SomethingNobodyHeardOf", false},
	"TooManyRequestsException": {429, "TooManyRequestsException", false},
}

func TestEveryFaultHasAnAppearance(t *testing.T) {
	for _, k := range Faults() {
		if _, ok := appearances[k.Name]; !ok && findFault(k.Name).affects("CreateRouteTable") {
			t.Errorf("the table appearances has no row for the fault %s: add what a client sees of it", k.Name)
		}
		if k.Help == "" || strings.ContainsAny(k.Help, "\n") {
			t.Errorf("help of %s: %q", k.Name, k.Help)
		}
	}
}

func checkFault(t *testing.T, name string, client *http.Client, base string, s *Sandbox) {
	t.Helper()
	want := appearances[name]
	if base == pipe && want.seen == "reset" {
		want.seen = "closed" // a pipe has no reset
	}
	got, answer, body := seen(t, client, base)
	equal(t, "seen", got, want.seen)
	if answer != nil {
		equal(t, "status", answer.StatusCode, want.status)
	} else {
		equal(t, "status", 0, want.status)
	}
	equal(t, "faults given", s.Report().Faults, map[string]int{name: 1})
	switch name {
	case "throttle":
		equal(t, "Retry-After", answer.Header.Get("Retry-After"), "")
	case "throttle-retry-after":
		equal(t, "Retry-After", answer.Header.Get("Retry-After"), "1")
	case "wrong-parameter", "wrong-vpc":
		if !strings.Contains(body, "<vpcId>"+DefaultVPC+"<") {
			t.Errorf("the answer names the right VPC: %s", body)
		}
	case "wrong-token":
		if token := parse(t, body).Token; token == "t" || token == "" {
			t.Errorf("the answer echoes %q", token)
		}
	case "no-token":
		equal(t, "token", parse(t, body).Token, "")
	case "duplicate":
		equal(t, "replayed", s.Report().Replayed, 1)
	}
}

// Each fault fires once, the client sees what the fault promises, and afterwards the same request succeeds.
func TestFaults(t *testing.T) {
	for name, want := range appearances {
		t.Run(name, func(t *testing.T) {
			// A bubble without sockets: waiting takes no time.
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{Faults: MustFaults(name)})
				client := pipes(t, s)
				start := time.Now()
				checkFault(t, name, client, pipe, s)
				if took := time.Since(start); name == "slow" && took != time.Second {
					t.Errorf("took %v", took)
				}
				synctest.Wait() // for late-apply
				made := len(s.Resources())
				equal(t, "applied", made == 1, want.applied)
				got, _, body := seen(t, client, pipe)
				equal(t, "the next one", got, "answer")
				equal(t, "resources in the end", len(s.Resources()), 1)
				equal(t, "the table named", parse(t, body).Table, []string{s.Resources()[0].ID})
				equal(t, "its VPC", s.Resources()[0].VpcID, OtherVPC)
				equal(t, "replayed", s.Report().Replayed >= 1, want.applied)
			})
		})
	}
}

// Faults that need no waiting, over TCP and over TLS.
func TestFaultsOverASocket(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for name, want := range appearances {
			if want.seen == "silence" || name == "slow" {
				continue
			}
			t.Run(name, func(t *testing.T) {
				s := New(Config{Faults: MustFaults(name)})
				server := httptest.NewUnstartedServer(s)
				if secure {
					server.StartTLS()
				} else {
					server.Start()
				}
				defer server.Close()
				checkFault(t, name, server.Client(), server.URL, s)
				equal(t, "applied", len(s.Resources()) == 1, want.applied)
			})
		}
	}
}

// The handler of a request without an answer returns when the client disconnects, also over a socket.
func TestSilenceEndsWithTheClient(t *testing.T) {
	for _, name := range []string{"hang", "hang-after", "stall", "late-apply"} {
		t.Run(name, func(t *testing.T) {
			s := New(Config{Faults: MustFaults(name)})
			struck, ended := make(chan struct{}), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				close(struck)
				s.ServeHTTP(w, r)
			}))
			defer server.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() { <-struck; cancel() }()
			answer, err := server.Client().Do(request(t, server.URL, "us-east-1", "CreateRouteTable VpcId="+OtherVPC).WithContext(ctx))
			if err == nil {
				answer.Body.Close()
			}
			<-ended
		})
	}
}

func TestFaultsAreDrawnInOrder(t *testing.T) {
	s := New(Config{Faults: MustFaults("unavailable:CreateRouteTable=x2", "internal-error", "throttle:DescribeVpcs=1", "wrong-vpc=1")})
	var got []string
	for _, spec := range []string{"DescribeVpcs", "CreateRouteTable VpcId=" + OtherVPC, "CreateRouteTable VpcId=" + OtherVPC, "DescribeVpcs", "DescribeRouteTables", "CreateRouteTable VpcId=" + OtherVPC} {
		got = append(got, ask(t, s, spec).Code)
	}
	equal(t, "codes", got, []string{"InternalError", "Unavailable", "Unavailable", "RequestLimitExceeded", "", ""})
	equal(t, "faults", s.Report().Faults, map[string]int{"internal-error": 1, "unavailable": 2, "throttle": 1, "wrong-vpc": 1})
}

// Sandboxes of one Config do not share the counts of its faults.
func TestFaultsAreNotShared(t *testing.T) {
	config := Config{Faults: MustFaults("throttle")}
	for range 2 {
		equal(t, "code", ask(t, New(config), "DescribeVpcs").Code, "RequestLimitExceeded")
	}
	equal(t, "zero fault", ask(t, New(Config{Faults: make([]Fault, 1)}), "DescribeVpcs").Code, "")
}
