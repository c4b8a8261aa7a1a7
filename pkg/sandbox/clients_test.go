package sandbox

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// Other people's clients test the sandbox, each with a script in testdata/clients. The Python must have boto3 and the modules of an AWS CLI;
// AWSIDEM_NODE_MODULES names the node_modules folder that holds @aws-sdk/client-ec2. .ci/run installs the clients.
func TestClients(t *testing.T) {
	awstest.SkipUnlessRequired(t)
	var (
		cli     = awstest.CLI()
		python  = awstest.Python()
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
