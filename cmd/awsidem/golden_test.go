package main

import (
	"bytes"
	"cmp"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest/golden"
	"github.com/awsidem/awsidem/pkg/cli"
)

// For one answer of EC2, the program prints what the AWS CLI printed, in each format and for each query.
func TestGolden(t *testing.T) {
	answer := golden.Answer(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
		_, _ = w.Write([]byte(answer)) // a client that has gone will say so
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_EC2": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "", "AWS_CA_BUNDLE": "",
		"AWS_DEFAULT_OUTPUT": "", "AWSIDEM_JOURNAL": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} { // which are refused if they are empty
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, output := range golden.Outputs(t) {
		t.Run(cmp.Or(output.Query, output.Format), func(t *testing.T) {
			args := []string{"--output", output.Format}
			if output.Query != "" {
				args = append(args, "--query", output.Query)
			}
			golden.Compare(t, output.Format, create(t, args...), output.Text)
		})
	}
}

// create returns what a create that must succeed prints.
func create(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := cli.System()
	env.Out, env.Err = &stdout, &stderr
	args = append([]string{
		"create-route-table", "--vpc-id", "vpc-00c84bd9dcad1d728", "--client-token", "abf653c2-09a2-426d-bd2d-acaac0c98a28", "--no-wait",
	}, args...)
	if code := cli.Main(t.Context(), args, env); code != 0 || stderr.Len() > 0 {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	return stdout.String()
}
