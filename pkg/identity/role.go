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

// role returns the credentials of a profile's role. STS returns them for the credentials of the source that the profile names. above are the
// profiles that were visited before this profile, each of which names the next one as its source_profile.
func (c *chooser) role(profile string, above []string) *source {
	settings, _ := c.allSettings(c.Files.Profiles[profile], "role_arn", "role_session_name", "external_id", "duration_seconds")
	if mfa, set := c.Files.Profiles[profile]["mfa_serial"]; set {
		return c.refuse(`the profile has an mfa_serial, but awsidem does not ask for MFA codes: use a profile with a credential_process, such as "aws configure export-credentials" (%s)`, mfa.Place())
	}
	var duration time.Duration // 0: the SDK's default
	if seconds := settings["duration_seconds"]; seconds.Value != "" {
		n, err := strconv.Atoi(seconds.Value)
		if err != nil || n < 900 || n > 43200 { // STS's limits
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

// roleSource returns the source of a role. Exactly one of the settings source_profile and credential_source must name the source.
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

// sourceProfile returns the source of the profile that source_profile names. If source_profile names the profile itself, its keys are the source.
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

// credentialSource returns the source of the kind that credential_source names.
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

// webIdentity returns the credentials of a role with a web identity token, or nil if no setting names the file of a token. If environment is
// true, each variable takes precedence over the setting of the profile.
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
		return c.refuse("%s names a web identity token file, but no role ARN is configured: set role_arn in the profile or AWS_ROLE_ARN", place)
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

// An identityToken is the file of a web identity token, and the setting or the variable that names the file.
type identityToken struct{ file, place string }

// GetIdentityToken reads the token. It reads the file each time, because the token changes. It does not expand the path.
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
