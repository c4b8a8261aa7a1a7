package awsec2_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
)

// Each attempt gets credentials and signs the request. In this test, the credentials have always expired.
func TestCredentialsEachAttempt(t *testing.T) {
	calls := 0
	sts := newBackend(t, httptest.NewServer, func(w http.ResponseWriter, r *http.Request) {
		calls++
		xml(200, fmt.Sprintf(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKID%d</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
			`<SessionToken>session</SessionToken><Expiration>2001-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`, calls))(w, r)
	})
	config := filepath.Join(t.TempDir(), "config")
	write(t, config, "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Environment\n")
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)

	b := newBackend(t, httptest.NewServer, refusal(500, "InternalError"))
	creator := connect(t, awsec2.Options{EndpointURL: b.URL, Profile: "role"})
	seen := map[string]bool{}
	for n := range 3 {
		if e := attempt(t, t.Context(), creator, intent("CreateRouteTable")); e.Verdict != idem.Unknown {
			t.Fatalf("got %s: %v", e.Verdict, e)
		}
		sent := b.requests()
		if len(sent) != n+1 {
			t.Fatalf("%d requests after %d attempts", len(sent), n+1)
		}
		authorization := sent[n].header.Get("Authorization")
		_, key, _ := strings.Cut(authorization, "Credential=")
		key, _, _ = strings.Cut(key, "/")
		if seen[key] || !strings.HasPrefix(key, "AKID") {
			t.Errorf("attempt %d was signed with %q again", n+1, key)
		}
		seen[key] = true
	}
}

// If there are no credentials, the verdict is misconfigured, and nothing is sent.
func TestNoCredentials(t *testing.T) {
	unset(t, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
	b := newBackend(t, httptest.NewServer, refusal(500, "InternalError"))
	e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable"))
	if e.Verdict != idem.Misconfigured || len(b.requests()) != 0 {
		t.Errorf("got %s: %v after %d requests", e.Verdict, e, len(b.requests()))
	}
	_ = attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL, NoSignRequest: true}), intent("CreateRouteTable"))
	if sent := b.requests(); len(sent) != 1 || sent[0].header.Get("Authorization") != "" {
		t.Errorf("sent %v: want one request that is not signed", sent)
	}
}

// The debug log has the form and the answer, and never a credential.
func TestDebug(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDRECOGNISABLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "SECRETRECOGNISABLE")
	t.Setenv("AWS_SESSION_TOKEN", "SESSIONRECOGNISABLE")
	var log strings.Builder
	b := newBackend(t, httptest.NewServer, refusal(400, "AuthFailure"))
	_ = attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL, Debug: &log}), intent("CreateRouteTable"))
	if strings.Contains(log.String(), "RECOGNISABLE") {
		t.Errorf("it holds credentials:\n%s", &log)
	}
	for _, want := range []string{"Action=CreateRouteTable", "ClientToken=" + token, "HTTP 400", "<Code>AuthFailure</Code>"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in\n%s", want, &log)
		}
	}
	if sent := b.requests(); len(sent) != 1 || sent[0].form.Get("VpcId") != vpcID {
		t.Errorf("sent %v", sent)
	}
}

// A configuration that can't work is found before anything is sent.
func TestMisconfigured(t *testing.T) {
	for _, endpoint := range []string{
		"ec2.test", "127.0.0.1:80", "ftp://ec2.test", "http://", "http://:80", "http://ec2.test:0", "http://ec2.test:65536", "http://ec2.test:http",
		"http://[::1", "http://a b", "://", "http://user:password@ec2.test",
	} {
		_, err := awsec2.Connect(awsec2.Options{EndpointURL: endpoint})
		expectMisconfigured(t, endpoint, err)
	}
	_, err := awsec2.Connect(awsec2.Options{CABundle: []byte("no PEM")})
	expectMisconfigured(t, "CA bundle", err)
	_, err = awsec2.Connect(awsec2.Options{Profile: "missing"})
	expectMisconfigured(t, "profile", err)
	t.Setenv("AWS_REGION", "")
	_, err = awsec2.Connect(awsec2.Options{})
	expectMisconfigured(t, "region", err)
}

func expectMisconfigured(t *testing.T, what string, err error) {
	t.Helper()
	var e *idem.AttemptError
	if !errors.As(err, &e) || e.Verdict != idem.Misconfigured {
		t.Errorf("%s: got %v, want it misconfigured", what, err)
	}
	if err != nil && strings.Contains(err.Error(), "password@") {
		t.Errorf("%s: the message repeats a password: %v", what, err)
	}
}

// Exposed reports unencrypted requests to another machine.
func TestExposed(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"": false, "https://ec2.test": false, "http://127.0.0.1:4599": false, "http://127.9.9.9": false, "http://[::1]:80": false,
		"http://localhost:80": false, "http://ec2.test": true, "http://192.0.2.1": true, "http://0.0.0.0:80": true, "http://[2001:db8::1]": true,
	} {
		client, err := awsec2.Connect(awsec2.Options{EndpointURL: endpoint})
		if err != nil {
			t.Fatalf("%s: %v", endpoint, err)
		}
		if got := client.Exposed(); got != want {
			t.Errorf("%q: got %t, want %t", endpoint, got, want)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, fmt.Append(nil, text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// As in the SDK and the AWS CLI, keys in the environment take precedence over a profile that the environment names. A profile that does not
// exist is an error.
func TestDefaultProfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	write(t, file, "[profile p]\naws_access_key_id = PROFILE\naws_secret_access_key = b\n")
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_DEFAULT_PROFILE", "p")
	b := newBackend(t, httptest.NewServer, func(http.ResponseWriter, *http.Request) {})
	client, err := awsec2.Connect(awsec2.Options{EndpointURL: b.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = awsec2.New(client).Create(t.Context(), idem.Intent{Operation: "CreateRouteTable", ClientToken: token, Input: map[string]any{"VpcId": vpcID}}) // the answer is empty
	if got := b.requests()[0].header.Get("Authorization"); !strings.Contains(got, "Credential=AKID/") {
		t.Errorf("signed as %q", got)
	}
	t.Setenv("AWS_DEFAULT_PROFILE", "missing")
	if _, err := awsec2.Connect(awsec2.Options{EndpointURL: b.URL}); err == nil || err.Error() != "The config profile (missing) could not be found" {
		t.Error(err)
	}
}

// If the endpoint of a container or STS fails, the attempt is repeated. If the endpoint refuses, the attempt is not repeated.
func TestContainerInTrouble(t *testing.T) {
	unset(t, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
	for status, want := range map[int]idem.Verdict{503: idem.NotApplied, 500: idem.NotApplied, 429: idem.NotApplied, 403: idem.Misconfigured, 404: idem.Misconfigured} {
		container := newBackend(t, httptest.NewServer, text(status, "text/plain", "no"))
		t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.URL+"/creds")
		b := newBackend(t, httptest.NewServer, refusal(500, "InternalError"))
		e := attempt(t, t.Context(), connect(t, awsec2.Options{EndpointURL: b.URL}), intent("CreateRouteTable"))
		if message := fmt.Sprintf("no credentials from the container: it answered with HTTP %d %s", status, http.StatusText(status)); e.Verdict != want || e.Message != message || len(b.requests()) > 0 {
			t.Errorf("HTTP %d: got %s: %v, want %s: %s", status, e.Verdict, e, want, message)
		}
	}
}
