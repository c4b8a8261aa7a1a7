package sandbox

import (
	"cmp"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Other people's clients judge the sandbox, each with a script in testdata/clients. They take most of a minute and have
// to be installed, as .ci/run does it, so they run only if AWSIDEM_REQUIRE_CLIENTS=1 asks for them. AWS and PYTHON name
// the AWS CLI (default /usr/bin/aws) and the Python that has boto3 (default python3), AWSIDEM_NODE_MODULES the
// node_modules folder that holds @aws-sdk/client-ec2.
func TestClients(t *testing.T) {
	if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1" {
		t.Skip("AWSIDEM_REQUIRE_CLIENTS=1 runs the AWS CLI, boto3 and the JavaScript SDK against the sandbox")
	}
	var (
		cli     = cmp.Or(os.Getenv("AWS"), "/usr/bin/aws")
		python  = cmp.Or(os.Getenv("PYTHON"), "python3")
		modules = os.Getenv("AWSIDEM_NODE_MODULES")
	)
	for _, tt := range []struct {
		name    string
		present []string // exits 0 if the client is installed
		check   []string
	}{
		{"awscli", []string{cli, "--version"}, []string{"bash", "testdata/clients/awscli.sh"}},
		{"boto3", []string{python, "-c", "import boto3"}, []string{python, "testdata/clients/boto3_client.py"}},
		{"js", []string{"node", "-e", "require(process.argv[1])", filepath.Join(modules, "@aws-sdk", "client-ec2")}, []string{"node", "testdata/clients/ec2.mjs"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.CommandContext(t.Context(), tt.present[0], tt.present[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("not installed: %q: %v\n%s", tt.present, err, out)
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
