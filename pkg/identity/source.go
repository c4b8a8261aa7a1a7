package identity

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// A source is where credentials come from.
type source struct {
	credentials aws.CredentialsProvider
	check       func(context.Context) error // what Choice.Check does; nil: nothing
}

// chooseSource returns the first source that is named, in the AWS CLI's order.
func (c *chooser) chooseSource() *source {
	if c.Unsigned {
		return nil
	}
	if c.Profile == "" { // else a flag has named the profile
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

// profileSource returns the source that a profile names itself, nil if it names none. A role that needs a source is not among them.
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

// fetched returns a source whose credentials a provider of the SDK fetches, and the SDK keeps while they last. failed is the provider's error,
// without the cause. check, if it is not nil, returns an error if the provider would send a request in vain.
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
			var first *RetrieveError // of a check, or of the credentials that these were to be had with
			if errors.As(err, &first) {
				return credentials, first
			}
			if cause := errors.Unwrap(err); cause != nil { // the cache says of each that it failed to refresh
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

// unsendable reports as an error that credentials can't be sent in a header, without their values. part is the first part that can't be: 0
// the id, 1 the secret, 2 the token. Nothing that AWS makes has such characters.
func unsendable(c aws.Credentials) (part int, err error) {
	names := []string{"access key id", "secret access key", "session token"}
	for i, value := range []string{c.AccessKeyID, c.SecretAccessKey, c.SessionToken} {
		switch {
		case strings.ContainsAny(value, "\r\n"):
			return i, newError("Invalid header value: the %s has a line break in it: write it without one", names[i])
		case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
			return i, newError("Invalid header value: the %s has a character in it that is no letter, digit or sign of ASCII: write it without that", names[i])
		}
	}
	return 0, nil
}

// constant returns a source of keys that are known already. places are where the id, the secret and the token stand.
func (c *chooser) constant(value aws.Credentials, places [3]string) *source {
	if part, err := unsendable(value); err != nil {
		return c.refuse("%s: %v", places[part], err)
	}
	return &source{credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return value, nil })}
}

// isRole reports whether a profile is a role to be assumed with the credentials of another source.
func isRole(settings awsconfig.Section) bool {
	_, role := settings["role_arn"]
	_, web := settings["web_identity_token_file"]
	return role && !web
}
