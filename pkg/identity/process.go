package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// processTime is how long a credential_process may take: as long as the SDK lets one.
const processTime = time.Minute

// process returns the credentials that a profile's credential_process prints, nil if it has none.
func (c *chooser) process(profile string) *source {
	line, set := c.setting(c.Files.Profiles[profile], "credential_process")
	if !set {
		return nil
	}
	words, err := splitCommand(line.Value)
	switch {
	case err != nil:
		return c.refuse("%s: credential_process: %v", line.Place(), err)
	case len(words) == 0 || words[0] == "":
		return c.refuse("%s: credential_process names no program", line.Place())
	}
	failed := RetrieveError{What: noCredentials + ": " + line.Place() + ": credential_process"}
	s := fetched(failed, aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		return runProcess(ctx, words)
	}), nil)
	s.check = func(ctx context.Context) error {
		_, err := s.credentials.Retrieve(ctx)
		return err
	}
	return s
}

// runProcess runs a program, without a shell, and reads the credentials that it prints. Nothing of its stdout is in an error, for that may
// be a secret; its stderr is, if it fails.
func runProcess(ctx context.Context, words []string) (aws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, processTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) // #nosec G204 -- it is what the profile asks for
	cmd.Stdin = os.Stdin
	cmd.WaitDelay = time.Second // a child of it that lives on may hold the pipes
	stdout, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return aws.Credentials{}, fmt.Errorf("running %q: %w", words[0], context.Cause(ctx))
	case errors.As(err, &exit):
		return aws.Credentials{}, errors.New(strings.TrimSuffix(fmt.Sprintf("%v: %s", exit, bytes.TrimSpace(exit.Stderr)), ": "))
	case err != nil:
		return aws.Credentials{}, fmt.Errorf("running %q: %w", words[0], err)
	}
	return parseAnswer(stdout)
}

// parseAnswer reads what a credential_process prints. See
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html.
func parseAnswer(stdout []byte) (aws.Credentials, error) {
	var answer map[string]any // a struct would take its members in any capitals
	if err := json.Unmarshal(stdout, &answer); err != nil {
		return aws.Credentials{}, errors.New("what it printed is no JSON object with credentials")
	}
	if answer["Version"] != 1.0 {
		return aws.Credentials{}, errors.New(`the Version of what it printed is not 1: "Version": 1 must be there`)
	}
	var credentials aws.Credentials
	for _, member := range []struct {
		name     string
		value    *string
		required bool
	}{{"AccessKeyId", &credentials.AccessKeyID, true}, {"SecretAccessKey", &credentials.SecretAccessKey, true}, {"SessionToken", &credentials.SessionToken, false}} {
		text, isText := answer[member.name].(string)
		if member.required && text == "" || answer[member.name] != nil && !isText {
			return aws.Credentials{}, newError("Missing required key in response: '%s' is no text", member.name)
		}
		*member.value = text
	}
	if answer["Expiration"] == nil {
		return credentials, nil
	}
	end, _ := answer["Expiration"].(string)
	expires, err := parseTime(end)
	if err != nil {
		return aws.Credentials{}, errors.New("the Expiration of what it printed is no time like 2006-01-02T15:04:05Z")
	}
	if !time.Now().Before(expires) {
		return aws.Credentials{}, newError("Credentials were refreshed, but the refreshed credentials are still expired.") // as the AWS CLI says it
	}
	credentials.CanExpire, credentials.Expires = true, expires
	return credentials, nil
}
