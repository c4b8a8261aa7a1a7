//go:build !windows

package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A cloud is all of AWS on loopback: EC2, STS, SSO, a container's endpoint and an instance. It logs who signs the requests to EC2.
type cloud struct {
	plain, secure *httptest.Server
	bundle        string // the file of secure's certificate

	mu     sync.Mutex
	issued map[string]string // by the access key ids that were given out: whose they are
	dialed []string
	signed []string // by whom, one for each request to EC2
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	w := &cloud{issued: map[string]string{}}
	w.plain, w.secure = httptest.NewServer(w), httptest.NewUnstartedServer(w)
	w.secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	w.secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t)}, MinVersion: tls.VersionTLS12}
	w.secure.StartTLS()
	t.Cleanup(func() { w.plain.Close(); w.secure.CloseClientConnections(); w.secure.Close() })
	w.bundle = filepath.Join(t.TempDir(), "ca.pem")
	put(t, w.bundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.secure.TLS.Certificates[0].Certificate[0]})))
	return w
}

// Dial connects to the cloud, whatever the address.
func (w *cloud) Dial(ctx context.Context, _, addr string) (net.Conn, error) {
	w.mu.Lock()
	w.dialed = append(w.dialed, addr)
	w.mu.Unlock()
	server := w.plain
	if strings.HasSuffix(addr, ":443") {
		server = w.secure
	}
	return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
}

// give returns the JSON members of credentials that are whose.
func (w *cloud) give(whose string) (id, secret, token, expires string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id = fmt.Sprintf("ASIA%d", len(w.issued))
	w.issued[id] = whose
	return id, "secret", "token-of-" + id, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
}

// signer returns who signed a request, and for which Region.
func (w *cloud) signer(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope := strings.Split(credential, "/")
	if len(scope) < 3 {
		return "nobody"
	}
	w.mu.Lock()
	whose, issued := w.issued[scope[0]]
	w.mu.Unlock()
	args, isProcess := strings.CutPrefix(scope[0], "PROC")
	switch token := r.Header.Get("X-Amz-Security-Token"); {
	case issued && token != "token-of-"+scope[0]:
		whose += " with the token " + token
	case isProcess:
		words, _ := hex.DecodeString(args)
		whose = "the process of " + strings.TrimSuffix(string(words), "|")
	case !issued:
		whose = scope[0]
		if token != "" {
			whose += " with the token " + token
		}
	}
	if scope[2] != "us-east-1" {
		whose += " in " + scope[2]
	}
	return whose
}

func (w *cloud) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body)) // a body that is not a form has no action
	role := func(whose string) {
		id, secret, token, expires := w.give(whose)
		action := form.Get("Action")
		_, _ = fmt.Fprintf(rw, `<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%[1]sResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>`+
			`<SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`, action, id, secret, token, expires)
	}
	switch action := form.Get("Action"); {
	case action == "AssumeRole":
		whose := strings.TrimPrefix(form.Get("RoleArn"), "arn:aws:iam::123456789012:") + " by " + w.signer(r)
		for _, name := range []string{"ExternalId", "DurationSeconds", "RoleSessionName"} {
			if value := form.Get(name); value != "" && value != "900" && !strings.HasPrefix(value, "botocore-session-") && !strings.HasPrefix(value, "aws-go-sdk-") {
				whose += ", " + name + " " + value
			}
		}
		role(whose)
	case action == "AssumeRoleWithWebIdentity":
		role(strings.TrimPrefix(form.Get("RoleArn"), "arn:aws:iam::123456789012:") + " by " + form.Get("WebIdentityToken"))
	case action != "":
		signer := w.signer(r)
		w.mu.Lock()
		w.signed = append(w.signed, signer)
		w.mu.Unlock()
		rw.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(rw, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>`)
	case r.URL.Path == "/federation/credentials":
		id, secret, token, _ := w.give(fmt.Sprintf("SSO role %s of %s by %s", r.URL.Query().Get("role_name"), r.URL.Query().Get("account_id"), r.Header.Get("X-Amz-Sso_bearer_token")))
		_, _ = fmt.Fprintf(rw, `{"roleCredentials":{"accessKeyId":%q,"secretAccessKey":%q,"sessionToken":%q,"expiration":%d}}`, id, secret, token, time.Now().Add(time.Hour).UnixMilli())
	case r.URL.Path == "/container":
		id, secret, token, expires := w.give(strings.TrimSpace("the container " + r.Header.Get("Authorization")))
		_, _ = fmt.Fprintf(rw, `{"AccessKeyId":%q,"SecretAccessKey":%q,"Token":%q,"Expiration":%q}`, id, secret, token, expires)
	case r.URL.Path == "/latest/api/token":
		rw.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		_, _ = io.WriteString(rw, "t")
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/":
		_, _ = io.WriteString(rw, "r")
	case r.URL.Path == "/latest/meta-data/iam/security-credentials/r":
		id, secret, token, expires := w.give("the instance")
		_, _ = fmt.Fprintf(rw, `{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":%q,"SecretAccessKey":%q,"Token":%q,"Expiration":%q}`, id, secret, token, expires)
	default:
		rw.WriteHeader(http.StatusNotFound)
	}
}

// proxy is an HTTP proxy into the cloud, for programs that have no Dial.
func (w *cloud) proxy(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			w.ServeHTTP(rw, r)
			return
		}
		there, err := net.Dial("tcp", w.secure.Listener.Addr().String())
		if err != nil {
			return
		}
		rw.WriteHeader(http.StatusOK)
		here, buffered, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			_ = there.Close()
			return
		}
		go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
		_, _ = io.Copy(there, bufio.NewReader(buffered))
		_ = there.Close()
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// setUp writes a row's files into a home folder and returns the row's environment.
func (row identityRow) setUp(t *testing.T, w *cloud, home string) map[string]string {
	t.Helper()
	expand := strings.NewReplacer("PROG", filepath.Join(home, "prog"), "HOMEDIR", home, "SERVER", w.plain.URL, "BUNDLE", w.bundle)
	put(t, filepath.Join(home, "prog"), `#!/bin/sh
echo '{"Version": 1, "AccessKeyId": "PROC'"$(printf '%s|' "$@" | od -An -v -tx1 | tr -d ' \n')"'", "SecretAccessKey": "HUSH"}'
`)
	if err := os.Chmod(filepath.Join(home, "prog"), 0o700); err != nil { // #nosec G302 -- it is a program
		t.Fatal(err)
	}
	files := map[string]string{".aws/config": row.config, ".aws/credentials": row.credentials, "token": "the token"}
	for name, text := range row.files {
		files[name] = text
	}
	for name, text := range files {
		if text == "" {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(home, name), expand.Replace(text))
	}
	env := map[string]string{
		"HOME": home, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_CA_BUNDLE": w.bundle, "AWS_MAX_ATTEMPTS": "1",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": w.plain.URL, "AWSIDEM_JOURNAL": filepath.Join(home, "journal"), "PATH": os.Getenv("PATH"),
	}
	for _, variable := range row.env {
		name, value, set := strings.Cut(variable, "=")
		env[name] = expand.Replace(value)
		if !set {
			delete(env, name)
		}
	}
	return env
}

// certificate makes a certificate for the endpoints of AWS.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		Subject: pkix.Name{CommonName: "test"}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		DNSNames: []string{"*.us-east-1.amazonaws.com", "*.eu-west-1.amazonaws.com", "*.sso.us-east-1.amazonaws.com", "*.amazonaws.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func keys(id string) string {
	return "aws_access_key_id = " + id + "\naws_secret_access_key = HUSH\n"
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in the cloud of a row and returns its exit code and stderr.
func (row identityRow) run(t *testing.T, w *cloud, env map[string]string, args ...string) (code int, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), append(args, row.args...), Env{
		Streams: Streams{In: strings.NewReader(`{"operation":"CreateRouteTable","idempotency_key":"k","input":{"VpcId":"vpc-1"}}`), Out: &out, Err: &errs},
		Lookup:  func(name string) (string, bool) { value, set := env[name]; return value, set },
		Dial:    w.Dial,
	})
	return code, errs.String()
}

// A create is signed as the AWS CLI would sign it, or it is refused: then nothing was sent, to nobody, and nothing is on record.
func TestIdentity(t *testing.T) {
	for _, row := range identityRows() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, home := newCloud(t), t.TempDir()
			env := row.setUp(t, w, home)
			for _, command := range [][]string{{"create-route-table", "--vpc-id", "vpc-1"}, {"create-network-acl", "--vpc-id", "vpc-1"}, {"apply", "-f", "-"}} {
				w.signed = nil
				code, stderr := row.run(t, w, env, command...)
				row.check(t, w, env, command[0], code, stderr)
			}
		})
	}
}

// check checks how a command has ended.
func (row identityRow) check(t *testing.T, w *cloud, env map[string]string, command string, code int, stderr string) {
	t.Helper()
	if strings.Contains(stderr, "HUSH") {
		t.Errorf("%s: stderr has a secret:\n%s", command, stderr)
	}
	if row.refusal == "" {
		if len(w.signed) != 1 || w.signed[0] != row.signs || code != exitRejected {
			t.Errorf("%s: exit code %d, signed by %q, want one request by %q\n%s", command, code, w.signed, row.signs, stderr)
		}
		return
	}
	want := exitMisconfigured
	if row.code != 0 {
		want = row.code
	}
	message := strings.ReplaceAll(row.refusal, "HOMEDIR", env["HOME"])
	if code != want || !strings.Contains(stderr, message) {
		t.Errorf("%s: exit code %d, want %d and %q in\n%s", command, code, want, message, stderr)
	}
	if records, _ := filepath.Glob(filepath.Join(env["AWSIDEM_JOURNAL"], "*", "*")); len(w.dialed) > 0 || records != nil {
		t.Errorf("%s: it connected to %q; the journal has %q", command, w.dialed, records)
	}
}

// An intent whose outcome is unknown stays so where a resume is refused, and nothing is sent for it.
func TestRefusedResume(t *testing.T) {
	w, home := newCloud(t), t.TempDir()
	row := identityRow{credentials: "[default]\n" + keys("AKIAONE")}
	env := row.setUp(t, w, home)
	refused := func(context.Context, string, string) (net.Conn, error) { return &cutConn{}, nil }
	var errs bytes.Buffer
	lookup := func(name string) (string, bool) { value, set := env[name]; return value, set }
	env["AWS_ENDPOINT_URL_EC2"], env["AWSIDEM_MAX_ATTEMPTS"] = "http://ec2.test", "1"
	if code := Main(t.Context(), []string{"create-route-table", "--vpc-id", "vpc-1", "--client-token", "t"}, Env{Streams: Streams{Out: &errs, Err: &errs}, Lookup: lookup, Dial: refused}); code != exitUnknown {
		t.Fatalf("exit code %d\n%s", code, &errs)
	}
	put(t, filepath.Join(home, ".aws", "credentials"), "[default]\n<<<<<<< HEAD\n")
	code, stderr := row.run(t, w, env, "resume", "--all")
	if code != exitMisconfigured || !strings.Contains(stderr, ".aws/credentials, line 2: ") || len(w.dialed) > 0 {
		t.Errorf("exit code %d, connected to %q\n%s", code, w.dialed, stderr)
	}
	if records, _ := filepath.Glob(filepath.Join(home, "journal", "unknown", "*")); len(records) != 1 {
		t.Errorf("unknown are %q", records)
	}
}

// A cutConn takes a request and is then lost.
type cutConn struct{ net.Conn }

func (*cutConn) Write(p []byte) (int, error)      { return len(p), nil }
func (*cutConn) Read([]byte) (int, error)         { return 0, io.EOF }
func (*cutConn) Close() error                     { return nil }
func (*cutConn) SetDeadline(time.Time) error      { return nil }
func (*cutConn) SetReadDeadline(time.Time) error  { return nil }
func (*cutConn) SetWriteDeadline(time.Time) error { return nil }
func (*cutConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*cutConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }

// A shell is offered the names of profiles without the quotes that they have in the file.
func TestCompleteProfiles(t *testing.T) {
	w := newCloud(t)
	row := identityRow{config: "[default]\n[profile 'night shift']\n[profile \"ops\"]\n[services x]\n", credentials: "[hub]\n"}
	env := row.setUp(t, w, t.TempDir())
	var out bytes.Buffer
	Main(t.Context(), []string{"__complete", "create-route-table", "--profile", ""}, Env{
		Streams: Streams{Out: &out, Err: io.Discard}, Lookup: func(name string) (string, bool) { value, set := env[name]; return value, set },
	})
	if want := "default\nhub\nnight shift\nops\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("offered %q, want %q", out.String(), want)
	}
}
