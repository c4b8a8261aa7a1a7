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
func (c *chooser) role(profile string, above []string) *source {
	settings, _ := c.allSettings(c.Files.Profiles[profile], "role_arn", "role_session_name", "external_id", "duration_seconds")
	if mfa, set := c.Files.Profiles[profile]["mfa_serial"]; set {
		return c.refuse(`the profile has an mfa_serial, and awsidem asks for no MFA code: take credentials from another program, as "aws configure export-credentials" with the profile's credential_process (%s)`, mfa.Place())
	}
	var duration time.Duration // 0: the SDK's default
	if seconds := settings["duration_seconds"]; seconds.Value != "" {
		n, err := strconv.Atoi(seconds.Value)
		if err != nil || n < 900 || n > 43200 { // as STS takes them
			return c.refuse("%s: duration_seconds must be a whole number from 900 to 43200, not %q", seconds.Place(), seconds.Value)
		}
		duration = time.Duration(n) * time.Second
	}
	cfg := c.sourceConfig("STS")
	from := c.roleSource(profile, append(above, profile), settings["role_arn"])
	if from == nil {
		return nil
	}
	cfg.Credentials = from.credentials
	s := fetched(remote("STS"), stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), settings["role_arn"].Value, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = settings["role_session_name"].Value, duration
		if id := settings["external_id"].Value; id != "" {
			o.ExternalID = &id
		}
	}), nil)
	s.check = from.check
	return s
}

// roleSource returns the source of a role: exactly one of source_profile and credential_source names it.
func (c *chooser) roleSource(profile string, visited []string, arn awsconfig.Setting) *source {
	settings := c.Files.Profiles[profile]
	source, fromProfile := settings["source_profile"]
	named, fromSource := settings["credential_source"]
	switch {
	case fromProfile && fromSource:
		return c.refuse("The profile %q contains both source_profile and credential_source: delete one of %s and %s", profile, source.Place(), named.Place())
	case fromProfile:
		return c.sourceProfile(profile, visited, source)
	case fromSource:
		return c.credentialSource(profile, named)
	}
	return c.refuse("Partial credentials found in assume-role, missing: source_profile or credential_source: add one of them below %s", arn.Place())
}

// sourceProfile returns the source that another profile names, or this one by its own keys.
func (c *chooser) sourceProfile(profile string, visited []string, named awsconfig.Setting) *source {
	settings, there := c.Files.Profiles[named.Value]
	_, id := settings["aws_access_key_id"]
	_, secret := settings["aws_secret_access_key"]
	switch keys := id || secret; {
	case !there:
		return c.refuse("The source_profile %q referenced in the profile %q does not exist. It is named in %s.", named.Value, profile, named.Place())
	case slices.Contains(visited, named.Value) && (named.Value != profile || !keys):
		return c.refuse("Infinite loop in credential configuration detected. Attempting to load from profile %s which has already been visited. Visited profiles: %s (%s)",
			named.Value, strings.Join(visited, ", "), named.Place())
	case isRole(settings) && !keys:
		return c.role(named.Value, visited)
	}
	if s := c.profileSource(named.Value, false); s != nil {
		return s
	}
	return c.refuse("The source profile %q must have credentials. It is named in %s.", named.Value, named.Place())
}

// credentialSource returns a source that a profile names by kind.
func (c *chooser) credentialSource(profile string, named awsconfig.Setting) *source {
	var s *source
	switch named.Value {
	case "Environment":
		s = c.environmentKeys()
	case "EcsContainer":
		s = c.container()
	case "Ec2InstanceMetadata":
		return c.instance()
	default:
		return c.refuse(`The credential source %q referenced in profile %q is not valid: write Environment, EcsContainer or Ec2InstanceMetadata (%s)`, named.Value, profile, named.Place())
	}
	if s == nil {
		c.refuse("Error when retrieving credentials from %s: No credentials found in credential_source referenced in profile %s (%s)", named.Value, profile, named.Place())
	}
	return s
}

// webIdentity returns the role of a token, nil if no file of a token is named. Each of its three settings is the environment's, if that
// counts, else the profile's.
func (c *chooser) webIdentity(profile string, environment bool) *source {
	read := func(variable, key, remedy string) (value, place string) {
		if value, set := c.Lookup(variable); set && environment {
			if value == "" {
				c.refuse("%s is set and empty: %s, or unset it", variable, remedy)
			}
			return value, variable
		}
		s, _ := c.setting(c.Files.Profiles[profile], key)
		return s.Value, s.Place()
	}
	file, place := read("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", "name the file of a token")
	if file == "" {
		return nil
	}
	arn, _ := read("AWS_ROLE_ARN", "role_arn", "set it to the ARN of a role")
	if arn == "" {
		return c.refuse("%s names a web identity token file, and no role ARN is configured: set role_arn in the profile or AWS_ROLE_ARN", place)
	}
	name, _ := read("AWS_ROLE_SESSION_NAME", "role_session_name", "set it to a name")
	token := identityToken{file, place}
	return fetched(remote("STS"), stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(c.sourceConfig("STS")), arn, token, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = name
	}), func(context.Context) error {
		_, err := token.GetIdentityToken()
		return err
	})
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
