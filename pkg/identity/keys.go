package identity

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// environmentKeys returns the keys in the environment, nil if there are none.
func (c *chooser) environmentKeys() *source {
	id, set := c.Lookup("AWS_ACCESS_KEY_ID")
	if !set {
		return nil // as in the AWS CLI, a secret alone does not count
	}
	secret := c.env("AWS_SECRET_ACCESS_KEY")
	switch {
	case id == "":
		return none("AWS_ACCESS_KEY_ID is set and empty: set it to an access key id, or unset it for another source of credentials")
	case secret == "":
		return c.refuse("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY: set it, or unset AWS_ACCESS_KEY_ID")
	}
	place := "AWS_SECURITY_TOKEN"
	if c.env(place) == "" {
		place = "AWS_SESSION_TOKEN"
	}
	if err := expired(c.env("AWS_CREDENTIAL_EXPIRATION")); err != nil {
		return c.refuse("AWS_CREDENTIAL_EXPIRATION: %v", err)
	}
	value := aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: c.env(place)}
	return c.constant(value, [3]string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", place})
}

// expired returns an error if temporary credentials ended before now. "" means that they have no end.
func expired(end string) error {
	if end == "" {
		return nil
	}
	at, err := parseTime(end)
	if err != nil {
		return err
	}
	if !time.Now().Before(at) {
		return fmt.Errorf("the credentials expired at %s: get new credentials", at.Format(time.RFC3339))
	}
	return nil
}

// parseTime parses the time of an expiration. The time must have a zone.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02T15:04:05MST"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2006-01-02T15:04:05Z", text)
}

// fileKeys returns the keys in a section of one file, or nil if the section has none. method is the AWS CLI's name of the file in messages.
func (c *chooser) fileKeys(settings awsconfig.Section, method string) *source {
	keys, missing := c.allSettings(settings, "aws_access_key_id", "aws_secret_access_key")
	id, secret := keys["aws_access_key_id"], keys["aws_secret_access_key"]
	switch {
	case len(missing) == 2:
		return nil
	case secret.Value == "":
		return c.refuse("Partial credentials found in %s, missing: aws_secret_access_key: add it below %s", method, id.Place())
	case id.Value == "":
		return c.refuse("Partial credentials found in %s, missing: aws_access_key_id: add it above %s", method, secret.Place())
	}
	token := settings["aws_security_token"]
	if token.Value == "" {
		token = settings["aws_session_token"]
	}
	if token.Nested != nil {
		return c.refuse("%s: the token has indented lines below it: write the value after the equals sign", token.Place())
	}
	value := aws.Credentials{AccessKeyID: id.Value, SecretAccessKey: secret.Value, SessionToken: token.Value}
	return c.constant(value, [3]string{id.Place(), secret.Place(), token.Place()})
}
