//go:build !windows

package cli

import (
	"cmp"
	"context"
	"maps"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// The AWS CLI signs as TestIdentity's table has it, or refuses where the table has a refusal.
func TestClients(t *testing.T) {
	awstest.SkipUnlessRequired(t)
	aws := awstest.CLI()
	turns := make(chan struct{}, 4) // programs at a time
	for _, row := range identityRows() {
		t.Run(row.name, func(t *testing.T) {
			want := cmp.Or(row.aws, row.signs, "refuses")
			if want == "untested" {
				t.Skip(row.why)
			}
			if row.aws != "" && row.aws != "refuses" && row.why == "" {
				t.Errorf("the row does not say why the two differ")
			}
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			w := newCloud(t)
			env := row.setUp(t, w, t.TempDir())
			proxy := w.proxy(t)
			maps.Copy(env, map[string]string{"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": "127.0.0.1", "AWS_PAGER": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": w.plain.URL + "/"})
			env["AWS_METADATA_SERVICE_TIMEOUT"] = "60" // its default is a second, which may be too short on a busy machine
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, aws, append([]string{"ec2", "create-route-table", "--vpc-id", "vpc-1"}, row.args...)...) // #nosec G204 -- it is what is tested
			for name, value := range env {
				cmd.Env = append(cmd.Env, name+"="+value)
			}
			output, err := cmd.CombinedOutput()
			signs := "refuses"
			if signed := slices.Compact(slices.Clone(w.signed)); len(signed) == 1 {
				signs = signed[0]
			}
			if signs != want || err == nil {
				t.Errorf("%s: %v: signs: %q, want %q\n%s", aws, err, signs, want, output)
			}
		})
	}
}
