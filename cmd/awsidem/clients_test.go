package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// Exit 0 means that the next command can use the resource: with --visibility-lag, a create followed at once by the real AWS CLI's create-tags on
// its id works, and without the wait it does not.
func TestNextCommandCanUseIt(t *testing.T) {
	awstest.SkipUnlessRequired(t)
	self, err := os.Executable() // which testscript makes awsidem, under that name
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, dir+"/awsidem"); err != nil {
		t.Fatal(err)
	}
	for flag, works := range map[string]bool{"--wait": true, "--no-wait": false} {
		lag := "1h" // the AWS CLI may take long to start
		if works {
			lag = "3s"
		}
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			script := `id=$(awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728 ` + flag + ` --query RouteTable.RouteTableId --output text) &&
				exec "$CLI" ec2 create-tags --endpoint-url "$AWS_ENDPOINT_URL_EC2" --resources "$id" --tags Key=Name,Value=a`
			cmd := exec.CommandContext(t.Context(), dir+"/awsidem", "sandbox", "exec", "--visibility-lag", lag, "--", "sh", "-c", script)
			cmd.Env = append(os.Environ(), "CLI="+awstest.CLI(), "AWS_CONFIG_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true")
			out, err := cmd.CombinedOutput()
			if (err == nil) != works {
				t.Errorf("%v\n%s", err, out)
			}
			if !works && !strings.Contains(string(out), "InvalidRouteTableID.NotFound") {
				t.Errorf("it failed for another reason:\n%s", out)
			}
		})
	}
}
