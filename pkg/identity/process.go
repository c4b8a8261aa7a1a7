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

// processTime is the time limit of a credential_process. It is the SDK's limit.
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
		return c.refuse("%s: credential_process is blank: name a program, or delete the line", line.Place())
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

// runProcess runs a program without a shell, and reads the credentials that the program prints. The errors never contain the program's stdout,
// which may have a secret. If the program fails, the error contains its stderr.
func runProcess(ctx context.Context, words []string) (aws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, processTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) // #nosec G204 -- the profile names the program
	cmd.Stdin = os.Stdin
	cmd.WaitDelay = time.Second // a child process that lives on may keep the pipes open
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

// parseAnswer parses the output of a credential_process. See
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html.
func parseAnswer(stdout []byte) (aws.Credentials, error) {
	var answer map[string]any // not a struct: encoding/json would accept member names in any case
	if err := json.Unmarshal(stdout, &answer); err != nil {
		return aws.Credentials{}, errors.New("its output is not a JSON object with credentials")
	}
	if answer["Version"] != 1.0 {
		return aws.Credentials{}, errors.New(`its output has no "Version": 1`)
	}
	var credentials aws.Credentials
	for _, member := range []struct {
		name     string
		value    *string
		required bool
	}{{"AccessKeyId", &credentials.AccessKeyID, true}, {"SecretAccessKey", &credentials.SecretAccessKey, true}, {"SessionToken", &credentials.SessionToken, false}} {
		text, isText := answer[member.name].(string)
		if member.required && text == "" || answer[member.name] != nil && !isText {
			return aws.Credentials{}, newError("Missing required key in response: '%s' is not a string", member.name)
		}
		*member.value = text
	}
	if answer["Expiration"] == nil {
		return credentials, nil
	}
	end, _ := answer["Expiration"].(string)
	expires, err := parseTime(end)
	if err != nil {
		return aws.Credentials{}, errors.New("the Expiration in its output is not a time such as 2006-01-02T15:04:05Z")
	}
	if !time.Now().Before(expires) {
		return aws.Credentials{}, newError("Credentials were refreshed, but the refreshed credentials are still expired.") // as the AWS CLI says it
	}
	credentials.CanExpire, credentials.Expires = true, expires
	return credentials, nil
}
