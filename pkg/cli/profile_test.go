package cli

import (
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
