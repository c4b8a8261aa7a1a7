package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Where the environment has keys and names a profile that has others, each command signs with the same ones: a resume with the
// other account's would make a second resource there.
func TestEachCommandSignsAlike(t *testing.T) {
	dir := t.TempDir()
	config, manifest := filepath.Join(dir, "config"), filepath.Join(dir, "manifest.jsonl")
	for name, text := range map[string]string{
		config:   "[profile p]\naws_access_key_id = PROFILE\naws_secret_access_key = b\n",
		manifest: `{"operation":"CreateRouteTable","idempotency_key":"m","input":{"VpcId":"vpc-1"}}`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signed := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": config, "AWS_PROFILE": "p", "AWS_ENDPOINT_URL_EC2": server.URL,
		"AWSIDEM_JOURNAL": filepath.Join(dir, "journal"), "AWSIDEM_NO_JOURNAL": "", "AWSIDEM_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	for _, args := range [][]string{{"create-route-table", "--vpc-id", "vpc-1", "--client-token", "t"}, {"resume", "t"}, {"apply", "-f", manifest}} {
		signed = ""
		if r := runIn(t.Context(), os.LookupEnv, nil, args); r.code != exitUnknown || !strings.Contains(signed, "Credential=sandbox/") {
			t.Errorf("%s: exit code %d, signed as %.60q\n%s%s", args[0], r.code, signed, r.stdout, r.stderr)
		}
	}
}

// The profile of a table's URL chooses the table's account, not its Region: each command looks for the table in the Region of the creates.
func TestRegionOfTable(t *testing.T) {
	dir := t.TempDir()
	config, manifest := filepath.Join(dir, "config"), filepath.Join(dir, "manifest.jsonl")
	for file, text := range map[string]string{
		config: "[default]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n" +
			"[profile p]\nregion = us-east-1\naws_access_key_id = PROFILE\naws_secret_access_key = b\n" +
			"[profile nowhere]\naws_access_key_id = NOWHERE\naws_secret_access_key = b\n",
		manifest: `{"operation": "CreateRouteTable", "client_token": "t", "region": "eu-west-3", "input": {"VpcId": "vpc-1"}}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signed := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"x#AccessDeniedException"}`)
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": config, "AWS_ENDPOINT_URL_EC2": server.URL, "AWS_ENDPOINT_URL_DYNAMODB": server.URL, "AWSIDEM_NO_JOURNAL": "",
	} {
		t.Setenv(name, value)
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "") // restores the variable afterwards
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	create := []string{"create-route-table", "--vpc-id", "vpc-1", "--client-token", "t"}
	for _, test := range []struct {
		options string
		args    []string
		want    string
	}{
		{"", create, "a/eu-west-1"},
		{"?profile=p", create, "PROFILE/eu-west-1"},
		{"?profile=p", append(create, "--region", "eu-west-2"), "PROFILE/eu-west-2"},
		{"?profile=p", []string{"apply", "-f", manifest}, "PROFILE/eu-west-3"},
		{"?profile=p", []string{"journal", "list"}, "PROFILE/eu-west-1"},
		{"?profile=p", []string{"resume", "--all"}, "PROFILE/eu-west-1"},
		{"?profile=p&region=us-west-2", create, "PROFILE/us-west-2"},
		{"?region=us-west-2", create, "a/us-west-2"},
		{"?region=us-west-2", []string{"journal", "list"}, "a/us-west-2"},
		{"?region=us-west-2", []string{"journal", "list", "--profile", "nowhere"}, "NOWHERE/us-west-2"},
	} {
		t.Setenv("AWSIDEM_JOURNAL", "dynamodb://awsidem-journal"+test.options)
		signed = ""
		var stderr bytes.Buffer
		env := Env{Streams: Streams{In: strings.NewReader(""), Out: &stderr, Err: &stderr}, Lookup: os.LookupEnv}
		code := Main(t.Context(), test.args, env)
		key, place, _ := strings.Cut(strings.TrimPrefix(signed, "AWS4-HMAC-SHA256 Credential="), "/")
		_, place, _ = strings.Cut(place, "/") // the date
		place, _, _ = strings.Cut(place, "/")
		if got := key + "/" + place; code != exitMisconfigured || got != test.want {
			t.Errorf("%q %s: exit code %d, signed for %s, want %s\n%s", test.args, test.options, code, got, test.want, &stderr)
		}
	}
}
