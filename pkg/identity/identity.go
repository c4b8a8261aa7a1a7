// Package identity chooses the identity of a request: the profile, the Region and one source of credentials. It chooses the same source as the
// AWS CLI, or refuses the configuration.
//
// If a profile, a file, a key or a Region is set, but is empty, broken or incomplete, [Choose] never chooses another one instead. It returns an
// [*Error] that names the file and the line, or the variable, and the remedy. Nothing is sent.
//
// The SDK's package aws-sdk-go-v2/config is not enough. It skips lines of the shared files that it can't parse, and ends a value at a comment
// sign. It has another order of sources than the AWS CLI, and skips an incomplete source. So with the same files, the AWS CLI can refuse or sign as one
// account, and the SDK can sign as another account. Therefore package awsconfig reads the files, this package chooses the source, and the SDK's
// providers fetch, cache and refresh the credentials.
//
// The order of sources is that of botocore.credentials in version 2 of the AWS CLI: keys in the environment, the profile's role, web identity,
// SSO, keys in the credentials file, a login session, credential_process, keys in the config file, the container, the instance. Choose takes
// the first source that is configured.
package identity

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// Options are the places to read from. A flag takes precedence over the environment, and the environment over the files.
type Options struct {
	Lookup awsconfig.LookupFunc // the environment
	Files  *awsconfig.Files     // the shared files

	Profile, Region string // flags; "" if the flag is not given
	ProfilePlace    string // what names Profile, for messages; "": the flag --profile
	EndpointURL     string // the flag with the endpoint of EC2; "": the configured endpoint
	OwnEndpoint     bool   // without an EndpointURL: EC2's default endpoint of the Region instead of the configured endpoint
	Unsigned        bool   // choose no source of credentials

	Dial func(ctx context.Context, network, addr string) (net.Conn, error) // makes the connections; nil: the net package
}

// A Choice is a configuration for EC2, with the credentials of one source.
type Choice struct {
	aws.Config // Credentials is nil if requests are not signed; its errors are [*RetrieveError]s

	check   func(context.Context) error
	chooser *chooser
}

// For returns the configuration of another service's client, without credentials. The service is named as in AWS_ENDPOINT_URL_NAME. If
// endpoint is "", the configured endpoint counts. Its errors are [*Error]s.
func (c *Choice) For(service, endpoint string) (aws.Config, error) {
	chooser := *c.chooser
	cfg := chooser.config(service, endpoint)
	if chooser.refusal != nil {
		return aws.Config{}, chooser.refusal
	}
	return cfg, nil
}

// Check returns an error if this machine alone can tell that there are no credentials. It runs the credential_process and reads the files of
// tokens. It sends nothing.
func (c *Choice) Check(ctx context.Context) error {
	if c.check == nil {
		return nil
	}
	return c.check(ctx)
}

// Choose chooses the profile, the Region and the source of credentials. It sends nothing. Its errors are [*Error]s.
func Choose(o Options) (*Choice, error) {
	c := &chooser{Options: o}
	for _, read := range []func(){c.chooseProfile, c.chooseRegion, c.checkSession, c.readServices, c.readSwitches, c.readRetries, c.readHTTP} {
		if read(); c.refusal != nil {
			return nil, c.refusal
		}
	}
	c.common.Logger = logging.Nop{} // the default writes to stderr
	c.common.AppID, _ = c.either("AWS_SDK_UA_APP_ID", "sdk_ua_app_id")
	choice := &Choice{chooser: c}
	if o.OwnEndpoint && o.EndpointURL == "" {
		choice.Config = c.at("", "")
	} else {
		choice.Config = c.config("EC2", o.EndpointURL)
	}
	if s := c.chooseSource(); s != nil {
		choice.Credentials, choice.check = s.credentials, s.check
	}
	if c.refusal != nil {
		return nil, c.refusal
	}
	return choice, nil
}

// A chooser makes one Choice. Its methods return no errors: the chooser keeps the first refusal, and Choose returns it. So no method can ignore
// a refusal. After a refusal, the results of the methods have no meaning.
type chooser struct {
	Options
	profile  string            // the name of the profile
	settings awsconfig.Section // of the profile, from both files
	services awsconfig.Section // the profile's services section; nil: none
	common   aws.Config        // for all services
	fips     bool
	dual     bool
	ignore   bool // ignore the configured endpoint URLs

	client, trusting *awshttp.BuildableClient // without and with the certificates of the bundle; see clientFor
	bundle           []byte                   // PEM; nil: the system's certificates are trusted

	refusal *Error // the first one
}

// chooseProfile chooses the profile. If a flag or a variable names a profile, the profile must exist, even if there are other credentials.
func (c *chooser) chooseProfile() {
	name, place := NamedProfile(c.Lookup, c.Profile)
	if name == "" && place != "" {
		c.refuse("The config profile () could not be found: %s is set and empty: name a profile, or unset it", place)
	}
	if c.Profile != "" {
		place = cmp.Or(c.ProfilePlace, "--profile")
	}
	c.profile = cmp.Or(name, "default")
	settings, there := c.Files.Profiles[c.profile]
	if name != "" && !there {
		hint := fmt.Sprintf("%s names this profile: use a profile of %s or %s%s", place, c.Files.ConfigPath, c.Files.CredentialsPath, c.absent())
		c.refuseWith(&Error{fmt.Sprintf("The config profile (%s) could not be found", name), hint})
	}
	c.settings = settings
}

// NamedProfile returns the profile that a flag or a variable names, "" if neither does. flag is the flag's value. place is the name of the
// variable, or "" if the flag names the profile. A variable that is set and empty counts, and [Choose] refuses it.
func NamedProfile(lookup awsconfig.LookupFunc, flag string) (profile, place string) {
	return firstSet(lookup, flag, "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
}

// NamedRegion returns the Region that a flag or a variable names, as [NamedProfile] does.
func NamedRegion(lookup awsconfig.LookupFunc, flag string) (region, place string) {
	return firstSet(lookup, flag, "AWS_REGION", "AWS_DEFAULT_REGION")
}

func firstSet(lookup awsconfig.LookupFunc, flag string, variables ...string) (value, place string) {
	if flag != "" {
		return flag, ""
	}
	for _, variable := range variables {
		if value, set := lookup(variable); set {
			return value, variable
		}
	}
	return "", ""
}

// absent returns a clause for a message: the files that a variable names and that do not exist. It returns "" if there are none.
func (c *chooser) absent() string {
	return strings.Join(append([]string{""}, c.Files.Absent...), "; ")
}

// env returns a variable, "" if it is not set.
func (c *chooser) env(name string) string {
	value, _ := c.Lookup(name)
	return value
}

// setting returns a setting of a section and whether it is set. It refuses a setting without a value in its own line.
func (c *chooser) setting(section awsconfig.Section, key string) (s awsconfig.Setting, set bool) {
	s, set = section[key]
	switch {
	case set && s.Nested != nil:
		c.refuse("%s: %s has indented lines below it: write the value after the equals sign", s.Place(), key)
	case set && s.Value == "":
		c.refuse("%s: %s is empty: write its value, or delete the line", s.Place(), key)
	}
	return s, set
}

// allSettings returns several settings of a section, and the keys that are not set. It refuses the same settings as setting.
func (c *chooser) allSettings(section awsconfig.Section, keys ...string) (all awsconfig.Section, missing []string) {
	all = awsconfig.Section{}
	for _, key := range keys {
		s, set := c.setting(section, key)
		if all[key] = s; !set {
			missing = append(missing, key)
		}
	}
	return all, missing
}

// either returns the value of a variable, or of a setting of the profile, and the place of the value. An empty variable does not count.
func (c *chooser) either(variable, key string) (value, place string) {
	if value := c.env(variable); value != "" {
		return value, variable
	}
	s := c.settings[key]
	return s.Value, s.Place() + ", " + key
}
