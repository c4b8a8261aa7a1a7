package sandbox

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Other people's clients judge the sandbox, each with a script in testdata/clients. One that is not installed is
// skipped, unless AWSIDEM_REQUIRE_CLIENTS=1. AWS names the AWS CLI (default /usr/bin/aws), AWSIDEM_NODE_MODULES the
// node_modules folder that holds @aws-sdk/client-ec2.
func TestClients(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes half a minute")
	}
	cli := os.Getenv("AWS")
	if cli == "" {
		cli = "/usr/bin/aws"
	}
	modules := os.Getenv("AWSIDEM_NODE_MODULES")
	for _, tt := range []struct {
		name    string
		present []string // exits 0 if the client is installed
		check   []string
	}{
		{"awscli", []string{cli, "--version"}, []string{"bash", "testdata/clients/awscli.sh"}},
		{"boto3", []string{"python3", "-c", "import boto3"}, []string{"python3", "testdata/clients/boto3_client.py"}},
		{"js", []string{"node", "-e", "require(process.argv[1])", filepath.Join(modules, "@aws-sdk", "client-ec2")}, []string{"node", "testdata/clients/ec2.mjs"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.CommandContext(t.Context(), tt.present[0], tt.present[1:]...).CombinedOutput(); err != nil {
				if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") == "1" {
					t.Fatalf("%q: %v\n%s", tt.present, err, out)
				}
				t.Skipf("not installed: %q: %v", tt.present, err)
			}
			server := httptest.NewServer(New(Config{}))
			t.Cleanup(server.Close)
			cmd := exec.CommandContext(t.Context(), tt.check[0], tt.check[1:]...)
			cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL_EC2="+server.URL, "AWS="+cli)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}
