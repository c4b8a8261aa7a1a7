package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/identity"
)

// globalFlags are the AWS CLI's global options, with its meaning. See
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html.
type globalFlags struct {
	region, profile, endpointURL string
	output, query                string
	errorFormat, color           string
	debug                        bool
	noVerifySSL, noSignRequest   bool
	caBundle                     string
	connectTimeout, readTimeout  int // seconds

	given func(name string) bool // reports whether a flag is on the command line
}

func (g *globalFlags) register(f *pflag.FlagSet) {
	g.given = f.Changed
	f.StringVar(&g.region, "region", "", "the Region to use (AWS_REGION)")
	f.StringVar(&g.profile, "profile", "", "the profile of the config files to use (AWS_PROFILE)")
	f.StringVar(&g.endpointURL, "endpoint-url", "", "send requests to this URL (AWS_ENDPOINT_URL_EC2)")
	f.StringVar(&g.output, "output", "", "the output's format: "+strings.Join(formatNames(), ", ")+" (AWS_DEFAULT_OUTPUT)")
	f.StringVar(&g.query, "query", "", "a JMESPath expression that selects from the output")
	f.StringVar(&g.errorFormat, "cli-error-format", "", "the format of errors on stderr: "+strings.Join(errorFormats(), ", "))
	f.StringVar(&g.color, "color", "auto", "on, off or auto, without effect: no output has colors")
	f.BoolVar(&g.debug, "debug", false, "log requests and answers on stderr, without credentials")
	f.BoolVar(&g.noVerifySSL, "no-verify-ssl", false, "do not verify the endpoint's certificate")
	f.BoolVar(&g.noSignRequest, "no-sign-request", false, "do not sign requests, so that no credentials are needed")
	f.StringVar(&g.caBundle, "ca-bundle", "", "the PEM file of the certificates to trust (AWS_CA_BUNDLE)")
	f.IntVar(&g.connectTimeout, "cli-connect-timeout", 60, "the time limit for a connection in seconds; 0 for no limit")
	f.IntVar(&g.readTimeout, "cli-read-timeout", 60, "the time limit for the start of an answer in seconds; 0 for no limit")
	for _, name := range []string{"no-cli-pager", "no-paginate", "no-cli-auto-prompt"} {
		f.Bool(name, false, "accepted for compatibility with the AWS CLI, without effect")
	}
	f.String("cli-binary-format", "", "accepted for compatibility with the AWS CLI, without effect")
}

// check returns an error if a flag has a bad value.
func (g *globalFlags) check() error {
	for _, flag := range []struct{ name, value, remedy string }{
		{"profile", g.profile, "name a profile, or leave the flag out for AWS_PROFILE or the default profile"},
		{"region", g.region, "name a Region, or leave the flag out for AWS_REGION or the profile's Region"},
		{"endpoint-url", g.endpointURL, "write a URL like https://host, or leave the flag out for the configured endpoint"},
		{"ca-bundle", g.caBundle, "name a file, or leave the flag out for AWS_CA_BUNDLE or the profile's ca_bundle"},
	} {
		if g.given(flag.name) && flag.value == "" {
			return &usageError{err: fmt.Errorf("--%s is empty: %s", flag.name, flag.remedy)}
		}
	}
	switch {
	case g.color != "on" && g.color != "off" && g.color != "auto":
		return &usageError{err: fmt.Errorf("unknown --color %q: it must be on, off or auto", g.color)}
	case g.connectTimeout < 0:
		return &usageError{err: fmt.Errorf("--cli-connect-timeout must not be negative, as %d is", g.connectTimeout)}
	case g.readTimeout < 0:
		return &usageError{err: fmt.Errorf("--cli-read-timeout must not be negative, as %d is", g.readTimeout)}
	}
	return checkErrorFormat(g.errorFormat)
}

// clientOptions returns the options of an EC2 client that the global flags set.
func (a *app) clientOptions() (awsec2.Options, error) {
	g := a.global
	files, err := a.sharedFiles()
	if err != nil {
		return awsec2.Options{}, &configError{err}
	}
	options := awsec2.Options{
		Lookup: a.Lookup, Files: files,
		Region: g.region, Profile: g.profile, EndpointURL: g.endpointURL,
		NoVerifySSL: g.noVerifySSL, NoSignRequest: g.noSignRequest,
		ConnectTimeout: time.Duration(g.connectTimeout) * time.Second,
		ReadTimeout:    time.Duration(g.readTimeout) * time.Second,
		UserAgent:      "awsidem/" + version(),
		Dial:           a.Dial,
	}
	if g.debug {
		options.Debug = a.debug()
	}
	if g.caBundle != "" {
		if info, err := os.Stat(g.caBundle); err == nil && !info.Mode().IsRegular() {
			return options, &usageError{err: fmt.Errorf("--ca-bundle: %q is not a regular file: write the certificates to a regular file", g.caBundle)}
		}
		pem, err := a.readFile(g.caBundle)
		if err != nil {
			return options, &configError{fmt.Errorf("reading --ca-bundle: %w", err)}
		}
		options.CABundle = pem
	}
	return options, nil
}

// region returns the Region that was named, by flag or in the environment; "" leaves it to the profile.
func (a *app) region() string {
	region, _ := identity.NamedRegion(a.Lookup, a.global.region)
	return region
}

// profile returns the profile that a flag or the environment names; "" if neither does.
func (a *app) profile() string {
	profile, _ := identity.NamedProfile(a.Lookup, a.global.profile)
	return profile
}

// profileOption returns the value of Profile in [awsec2.Options] for a profile: "" if the environment already selects the profile. A profile
// in the options would override the keys in the environment, and the create could go to another account.
func (a *app) profileOption(profile string) string {
	if a.global.profile == "" && profile == a.profile() {
		return ""
	}
	return profile
}

// regionOption returns the value of Region in [awsec2.Options] for a Region: "" if the environment already selects the Region, so that a message
// about a bad Region names the variable.
func (a *app) regionOption(region string) string {
	if a.global.region == "" && region == a.region() {
		return ""
	}
	return region
}

// connect reads the AWS configuration and returns the client of EC2. place sets in the options where a create goes; nil: where the flags say.
func (a *app) connect(place func(*awsec2.Options)) (*awsec2.Client, error) {
	options, err := a.clientOptions()
	if err != nil {
		return nil, err
	}
	if place != nil {
		place(&options)
	}
	client, err := awsec2.Connect(options)
	a.await()
	if err != nil {
		return nil, err
	}
	if client.Exposed() {
		a.caution("requests to %s cross the network unencrypted", client.Endpoint())
	}
	return client, nil
}

// getenv returns an environment variable, "" if it is not set.
func (a *app) getenv(name string) string {
	value, _ := a.Lookup(name)
	return value
}
