package identity

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// role returns the role of a profile, assumed with the credentials of the source that the profile names. above are the profiles whose
// roles are assumed with this one.
func (c *chooser) role(profile string, above []string) (*source, error) {
	settings, _, err := allSettings(c.Files.Profiles[profile], "role_arn", "role_session_name", "external_id", "duration_seconds")
	if err != nil {
		return nil, err
	}
	if mfa, set := c.Files.Profiles[profile]["mfa_serial"]; set {
		return nil, refuse(`the profile has an mfa_serial, and awsidem asks for no MFA code: take credentials from another program, as "aws configure export-credentials" with the profile's credential_process (%s)`, mfa.Place())
	}
	var duration time.Duration // 0: the SDK's default
	if seconds := settings["duration_seconds"]; seconds.Value != "" {
		n, err := strconv.Atoi(seconds.Value)
		if err != nil || n < 900 || n > 43200 { // as STS takes them
			return nil, refuse("%s: duration_seconds must be a whole number from 900 to 43200, not %q", seconds.Place(), seconds.Value)
		}
		duration = time.Duration(n) * time.Second
	}
	cfg, err := c.sourceConfig("STS")
	if err != nil {
		return nil, err
	}
	from, err := c.roleSource(profile, append(above, profile), settings["role_arn"])
	if err != nil {
		return nil, err
	}
	cfg.Credentials = from.credentials
	s := fetched(remote("STS"), stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), settings["role_arn"].Value, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = settings["role_session_name"].Value, duration
		if id := settings["external_id"].Value; id != "" {
			o.ExternalID = &id
		}
	}), nil)
	s.check = from.check
	return s, nil
}

// roleSource returns the source of a role: exactly one of source_profile and credential_source names it.
func (c *chooser) roleSource(profile string, visited []string, arn awsconfig.Setting) (*source, error) {
	settings := c.Files.Profiles[profile]
	source, fromProfile := settings["source_profile"]
	named, fromSource := settings["credential_source"]
	switch {
	case fromProfile && fromSource:
		return nil, refuse("The profile %q contains both source_profile and credential_source: delete one of %s and %s", profile, source.Place(), named.Place())
	case fromProfile:
		return c.sourceProfile(profile, visited, source)
	case fromSource:
		return c.credentialSource(profile, named)
	}
	return nil, refuse("Partial credentials found in assume-role, missing: source_profile or credential_source: add one of them below %s", arn.Place())
}

// sourceProfile returns the source that another profile names, or this one by its own keys.
func (c *chooser) sourceProfile(profile string, visited []string, named awsconfig.Setting) (*source, error) {
	settings, there := c.Files.Profiles[named.Value]
	_, id := settings["aws_access_key_id"]
	_, secret := settings["aws_secret_access_key"]
	switch keys := id || secret; {
	case !there:
		return nil, refuse("The source_profile %q referenced in the profile %q does not exist. It is named in %s.", named.Value, profile, named.Place())
	case slices.Contains(visited, named.Value) && (named.Value != profile || !keys):
		return nil, refuse("Infinite loop in credential configuration detected. Attempting to load from profile %s which has already been visited. Visited profiles: %s (%s)",
			named.Value, strings.Join(visited, ", "), named.Place())
	case isRole(settings) && !keys:
		return c.role(named.Value, visited)
	}
	s, err := c.profileSource(named.Value, false)
	if s == nil && err == nil {
		err = refuse("The source profile %q must have credentials. It is named in %s.", named.Value, named.Place())
	}
	return s, err
}

// credentialSource returns a source that a profile names by kind.
func (c *chooser) credentialSource(profile string, named awsconfig.Setting) (*source, error) {
	var (
		s   *source
		err error
	)
	switch named.Value {
	case "Environment":
		s, err = c.environmentKeys()
	case "EcsContainer":
		s, err = c.container()
	case "Ec2InstanceMetadata":
		return c.instance()
	default:
		return nil, refuse(`The credential source %q referenced in profile %q is not valid: write Environment, EcsContainer or Ec2InstanceMetadata (%s)`, named.Value, profile, named.Place())
	}
	if s == nil && err == nil {
		err = refuse("Error when retrieving credentials from %s: No credentials found in credential_source referenced in profile %s (%s)", named.Value, profile, named.Place())
	}
	return s, err
}

// webIdentity returns the role of a token, nil if no file of a token is named. Each of its three settings is the environment's, if that
// counts, else the profile's.
func (c *chooser) webIdentity(profile string, environment bool) (*source, error) {
	read := func(variable, key, remedy string) (value, place string, err error) {
		if value, set := c.Lookup(variable); set && environment {
			if value == "" {
				err = refuse("%s is set and empty: %s, or unset it", variable, remedy)
			}
			return value, variable, err
		}
		s, _, err := setting(c.Files.Profiles[profile], key)
		return s.Value, s.Place(), err
	}
	file, place, err := read("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", "name the file of a token")
	if err != nil || file == "" {
		return nil, err
	}
	arn, _, err := read("AWS_ROLE_ARN", "role_arn", "set it to the ARN of a role")
	if err != nil {
		return nil, err
	}
	if arn == "" {
		return nil, refuse("%s names a web identity token file, and no role ARN is configured: set role_arn in the profile or AWS_ROLE_ARN", place)
	}
	name, _, err := read("AWS_ROLE_SESSION_NAME", "role_session_name", "set it to a name")
	if err != nil {
		return nil, err
	}
	cfg, err := c.sourceConfig("STS")
	if err != nil {
		return nil, err
	}
	token := identityToken{file, place}
	return fetched(remote("STS"), stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(cfg), arn, token, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = name
	}), func(context.Context) error {
		_, err := token.GetIdentityToken()
		return err
	}), nil
}

// An identityToken is the file of a web identity token, and where it is named.
type identityToken struct{ file, place string }

// GetIdentityToken reads the token, which may be another one each time. The path is taken as it stands.
func (t identityToken) GetIdentityToken() ([]byte, error) {
	token, err := readToken(t.file)
	if err == nil && len(token) == 0 {
		err = fmt.Errorf("the file %q of %s is empty", t.file, t.place)
	}
	if err != nil {
		return nil, &RetrieveError{What: "Unable to read the web identity token that " + t.place + " names", Err: err}
	}
	return token, nil
}
