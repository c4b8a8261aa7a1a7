package identity

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// A source returns credentials.
type source struct {
	credentials aws.CredentialsProvider
	check       func(context.Context) error // implements Choice.Check; nil: there is nothing to check
}

// chooseSource returns the first configured source, in the AWS CLI's order.
func (c *chooser) chooseSource() *source {
	if c.Unsigned {
		return nil
	}
	if c.Profile == "" { // with --profile, the AWS CLI ignores the keys in the environment
		if s := c.environmentKeys(); s != nil || c.refusal != nil {
			return s
		}
	}
	if isRole(c.settings) {
		return c.role(c.profile, nil)
	}
	return c.first(
		func() *source { return c.profileSource(c.profile, c.Profile == "") },
		c.obsoleteFiles,
		c.container,
		c.instance,
	)
}

// profileSource returns the first source that the settings of a profile configure, or nil. It leaves out a role that needs another source.
func (c *chooser) profileSource(profile string, environment bool) *source {
	return c.first(
		func() *source { return c.webIdentity(profile, environment) },
		func() *source { return c.sso(profile) },
		func() *source { return c.fileKeys(c.Files.Credentials[profile], "shared-credentials-file") },
		func() *source { return c.login(profile) },
		func() *source { return c.process(profile) },
		func() *source { return c.fileKeys(c.Files.Config[profile], "config-file") },
	)
}

// first returns the first source that one of the functions returns. It calls none of them after a refusal.
func (c *chooser) first(choose ...func() *source) *source {
	for _, choose := range choose {
		if s := choose(); s != nil || c.refusal != nil {
			return s
		}
	}
	return nil
}

// fetched returns a source that gets its credentials from a provider of the SDK. The SDK caches the credentials until they expire. failed is the
// error of the provider without the cause. If check is not nil and returns an error, the provider sends no request.
func fetched(failed RetrieveError, provider aws.CredentialsProvider, check func(context.Context) error, options ...func(*aws.CredentialsCacheOptions)) *source {
	cache := aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		if check != nil {
			if err := check(ctx); err != nil {
				return aws.Credentials{}, err
			}
		}
		return provider.Retrieve(ctx)
	}), options...)
	return &source{check: check, credentials: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		credentials, err := cache.Retrieve(ctx)
		if err != nil {
			var first *RetrieveError // the error of a check, or of the source of a role
			if errors.As(err, &first) {
				return credentials, first
			}
			if cause := errors.Unwrap(err); cause != nil { // without the cache's text "failed to refresh cached credentials"
				err = cause
			}
			return credentials, &RetrieveError{What: failed.What, Remote: failed.Remote, Err: err}
		}
		if _, err := unsendable(credentials); err != nil {
			return credentials, &RetrieveError{What: "Unable to use the credentials", Err: err}
		}
		return credentials, nil
	})}
}

// unsendable returns an error if a part of the credentials can't be the value of an HTTP header. The error does not contain the value. part is
// the first such part: 0 the id, 1 the secret, 2 the token. AWS never issues such credentials.
func unsendable(c aws.Credentials) (part int, err error) {
	names := []string{"access key id", "secret access key", "session token"}
	for i, value := range []string{c.AccessKeyID, c.SecretAccessKey, c.SessionToken} {
		switch {
		case strings.ContainsAny(value, "\r\n"):
			return i, newError("Invalid header value: the %s contains a line break: remove it", names[i])
		case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
			return i, newError("Invalid header value: the %s contains a blank or a character that is not printable ASCII: remove it", names[i])
		}
	}
	return 0, nil
}

// constant returns a source of fixed keys. places are the places of the id, the secret and the token.
func (c *chooser) constant(value aws.Credentials, places [3]string) *source {
	if part, err := unsendable(value); err != nil {
		return c.refuse("%s: %v", places[part], err)
	}
	return &source{credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return value, nil })}
}

// isRole reports whether a profile is a role that needs the credentials of another source.
func isRole(settings awsconfig.Section) bool {
	_, role := settings["role_arn"]
	_, web := settings["web_identity_token_file"]
	return role && !web
}
