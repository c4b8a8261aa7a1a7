package sandbox

import (
	"cmp"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Other people's clients test the sandbox, each with a script in testdata/clients. The scripts take minutes and need the
// clients installed, as .ci/run does it, so they run only if AWSIDEM_REQUIRE_CLIENTS=1 asks for them. AWS names the AWS CLI
// (default /usr/bin/aws), PYTHON the Python that has boto3 and the modules of an AWS CLI (default python3), and
// AWSIDEM_NODE_MODULES the node_modules folder that holds @aws-sdk/client-ec2.
func TestClients(t *testing.T) {
	if os.Getenv("AWSIDEM_REQUIRE_CLIENTS") != "1" {
		t.Skip("AWSIDEM_REQUIRE_CLIENTS=1 runs the AWS CLI, boto3 and the JavaScript SDK against the sandbox")
	}
	var (
		cli     = cmp.Or(os.Getenv("AWS"), "/usr/bin/aws")
		python  = cmp.Or(os.Getenv("PYTHON"), "python3")
		modules = os.Getenv("AWSIDEM_NODE_MODULES")
		hasEC2  = []string{"node", "-e", "require(process.argv[1])", filepath.Join(modules, "@aws-sdk", "client-ec2")}
	)
	for _, tt := range []struct {
		name    string
		present []string // exits 0 if the client is installed
		check   []string
	}{
		{"awscli", []string{cli, "--version"}, []string{"bash", "testdata/clients/awscli.sh"}},
		{"boto3", []string{python, "-c", "import boto3"}, []string{python, "testdata/clients/boto3_client.py"}},
		{"awscli-operations", []string{python, "-c", "import awscli"}, []string{python, "testdata/clients/operations.py", "awscli"}},
		{"boto3-operations", []string{python, "-c", "import boto3"}, []string{python, "testdata/clients/operations.py", "boto3"}},
		{"js", hasEC2, []string{"node", "testdata/clients/ec2.mjs"}},
		{"js-operations", hasEC2, []string{python, "testdata/clients/operations.py", "js"}},
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
