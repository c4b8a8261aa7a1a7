// Package identity decides whose request it is: it chooses one source of credentials, the one that the AWS CLI would choose, or refuses.
//
// A choice that was made - a profile, a file, a key, a Region - but is empty, broken or incomplete never falls through to another one: it
// is an [*Error] that names the file and the line or the variable, and what to write instead. Nothing is sent for that.
//
// The SDK's own loading of the configuration (aws-sdk-go-v2/config) is not enough. It passes over what it can't parse in the shared
// files, ends a value at a comment sign, orders the sources in another way than the AWS CLI, and goes on to the next source where
// one is incomplete: with one file, the AWS CLI refuses or signs as one account, and the SDK signs as another. So package awsconfig
// reads the files, this package orders the sources, and the SDK's providers do the rest: they fetch, cache and refresh.
//
// The order is the one of botocore.credentials, version 2 of the AWS CLI: keys in the environment, the profile's role, web identity,
// SSO, keys in the credentials file, a login session, credential_process, keys in the config file, the container, the instance. The
// first source that is named is the one.
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

// Options say where to look. The flags count before the environment, and the environment before the files.
type Options struct {
	Lookup awsconfig.LookupFunc // the environment
	Files  *awsconfig.Files     // the shared files

	Profile, Region string // of flags; "" for one that was not given
	EndpointURL     string // of EC2, by flag; "": as configured
	OwnEndpoint     bool   // of EC2, without an EndpointURL: the Region's own, whatever is configured
	Unsigned        bool   // no source of credentials is chosen

	Dial func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the network
}

// A Choice is a configuration for EC2, with the credentials of one source.
type Choice struct {
	aws.Config // its Credentials, nil for requests that are not signed, return a [*RetrieveError]

	check   func(context.Context) error
	chooser *chooser
}

// For returns the configuration of another service's client, without credentials. The service is named as in AWS_ENDPOINT_URL_NAME. An
// endpoint counts before what is configured; "": as configured. Its errors are [*Error]s.
func (c *Choice) For(service, endpoint string) (aws.Config, error) {
	chooser := *c.chooser
	cfg := chooser.config(service, endpoint)
	if chooser.refusal != nil {
		return aws.Config{}, chooser.refusal
	}
	return cfg, nil
}

// Check reports as an error why the credentials can't be had, as far as this machine alone can tell: it runs the credential_process and
// reads the files of tokens. It sends nothing.
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

// A chooser makes one Choice. Its methods report no errors to each other: a refusal stays in the chooser, so that no caller passes over it, and
// Choose returns it. What is read or made after a refusal does not count.
type chooser struct {
	Options
	profile  string            // the name of the profile
	settings awsconfig.Section // of the profile, from both files
	services awsconfig.Section // the profile's services section; nil: none
	common   aws.Config        // for all services
	fips     bool
	dual     bool
	ignore   bool // configured endpoint URLs

	client, trusting *awshttp.BuildableClient // without and with the certificates of the bundle; trusting is made when it is needed
	bundle           []byte                   // PEM; nil: the system's certificates are trusted

	refusal *Error // the first one
}

// chooseProfile chooses the profile. One that is named must be there, whatever else returns credentials.
func (c *chooser) chooseProfile() {
	name, place := NamedProfile(c.Lookup, c.Profile)
	if name == "" && place != "" {
		c.refuse("The config profile () could not be found: %s is set and empty: name a profile, or unset it", place)
	}
	c.profile = cmp.Or(name, "default")
	settings, there := c.Files.Profiles[c.profile]
	if name != "" && !there {
		c.refuseWith(&Error{
			Message: fmt.Sprintf("The config profile (%s) could not be found", name),
			hint:    fmt.Sprintf("%s names it: name one that %s or %s has%s", place, c.Files.ConfigPath, c.Files.CredentialsPath, c.absent()),
		})
	}
	c.settings = settings
}

// NamedProfile returns the profile that a flag or a variable names, and the name of the flag or variable. flag is the flag's value. If neither
// names a profile, both results are "". A variable that is set and empty counts, and [Choose] refuses it.
func NamedProfile(lookup awsconfig.LookupFunc, flag string) (profile, place string) {
	return firstSet(lookup, flag, "--profile", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
}

// NamedRegion returns the Region that a flag or a variable names, as [NamedProfile] does. place is "" if the flag names the Region: the AWS CLI's
// message about a bad Region begins with the variable or file, and not with the flag.
func NamedRegion(lookup awsconfig.LookupFunc, flag string) (region, place string) {
	return firstSet(lookup, flag, "", "AWS_REGION", "AWS_DEFAULT_REGION")
}

func firstSet(lookup awsconfig.LookupFunc, value, flag string, variables ...string) (first, place string) {
	if value != "" {
		return value, flag
	}
	for _, variable := range variables {
		if value, set := lookup(variable); set {
			return value, variable
		}
	}
	return "", ""
}

// absent returns a clause for a message about files that a variable names and that are not there, "" if there are none.
func (c *chooser) absent() string {
	return strings.Join(append([]string{""}, c.Files.Absent...), "; ")
}

// env returns a variable, "" if it is not set.
func (c *chooser) env(name string) string {
	value, _ := c.Lookup(name)
	return value
}

// setting returns a setting of a section and whether it is set. The setting must have a value in its own line.
func (c *chooser) setting(section awsconfig.Section, key string) (s awsconfig.Setting, set bool) {
	s, set = section[key]
	switch {
	case set && s.Nested != nil:
		c.refuse("%s: %s has settings below it: write its value in its own line", s.Place(), key)
	case set && s.Value == "":
		c.refuse("%s: %s is empty: write its value, or delete the line", s.Place(), key)
	}
	return s, set
}

// allSettings returns several settings of a section, each as setting does, and the keys of those that are not set.
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

// either returns a variable, else a setting of the profile, and where it stands. An empty value counts as none.
func (c *chooser) either(variable, key string) (value, place string) {
	if value := c.env(variable); value != "" {
		return value, variable
	}
	s := c.settings[key]
	return s.Value, s.Place() + ", " + key
}
