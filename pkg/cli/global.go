package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"gopkg.in/ini.v1"

	"github.com/awsidem/awsidem/pkg/awsec2"
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

	given func(name string) bool
}

func (g *globalFlags) register(f *pflag.FlagSet) {
	g.given = f.Changed
	f.StringVar(&g.region, "region", "", "the Region to use (AWS_REGION)")
	f.StringVar(&g.profile, "profile", "", "the profile of the config files to use (AWS_PROFILE)")
	f.StringVar(&g.endpointURL, "endpoint-url", "", "send requests to this URL (AWS_ENDPOINT_URL_EC2)")
	f.StringVar(&g.output, "output", "", "the output's format: "+strings.Join(formatNames(), ", ")+" (AWS_DEFAULT_OUTPUT)")
	f.StringVar(&g.query, "query", "", "a JMESPath expression that picks from the output")
	f.StringVar(&g.errorFormat, "cli-error-format", "", "the format of errors on stderr: "+strings.Join(errorFormats(), ", "))
	f.StringVar(&g.color, "color", "auto", "on, off, auto: taken for the AWS CLI's sake, no output has colors")
	f.BoolVar(&g.debug, "debug", false, "log requests and answers on stderr, without credentials")
	f.BoolVar(&g.noVerifySSL, "no-verify-ssl", false, "do not verify the endpoint's certificate")
	f.BoolVar(&g.noSignRequest, "no-sign-request", false, "do not sign requests, so that no credentials are needed")
	f.StringVar(&g.caBundle, "ca-bundle", "", "the PEM file of the certificates to trust (AWS_CA_BUNDLE)")
	f.IntVar(&g.connectTimeout, "cli-connect-timeout", 60, "the seconds that connecting may take, 0 for no limit")
	f.IntVar(&g.readTimeout, "cli-read-timeout", 60, "the seconds that reading may take, 0 for no limit")
	for _, name := range []string{"no-cli-pager", "no-paginate", "no-cli-auto-prompt"} {
		f.Bool(name, false, "taken for the AWS CLI's sake, without effect")
	}
	f.String("cli-binary-format", "", "taken for the AWS CLI's sake, without effect")
}

// check reports what can be seen to be wrong before anything is done.
func (g *globalFlags) check() error {
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

// clientOptions are the global flags as what says how to reach EC2.
func (a *app) clientOptions() (awsec2.Options, error) {
	g := a.global
	options := awsec2.Options{
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
		pem, err := a.readFile(g.caBundle)
		if err != nil {
			return options, &configError{fmt.Errorf("reading --ca-bundle: %w", err)}
		}
		options.CABundle = pem
	}
	return options, nil
}

// region is the Region that was named, by flag or in the environment; "" leaves it to the profile.
func (a *app) region() string {
	return cmp.Or(a.global.region, a.getenv("AWS_REGION"), a.getenv("AWS_DEFAULT_REGION"))
}

// profile is the profile that was named, by flag or in the environment; "" if none was.
func (a *app) profile() string {
	return cmp.Or(a.global.profile, a.getenv("AWS_PROFILE"), a.getenv("AWS_DEFAULT_PROFILE"))
}

// profileOption is a profile as the SDK is to be told of it: "" if the environment names it anyway. To be told would put its keys
// before those in the environment, and so reach for another account than a create there.
func (a *app) profileOption(profile string) string {
	if a.global.profile == "" && profile == a.profile() {
		return ""
	}
	return profile
}

// connect reads the AWS configuration and gives the client.
func (a *app) connect(ctx context.Context, options awsec2.Options) (*awsec2.Client, error) {
	client, err := awsec2.Connect(ctx, options)
	a.await()
	if err != nil {
		return nil, err
	}
	if client.Exposed() {
		a.caution("requests to %s cross the network unencrypted", client.Endpoint())
	}
	return client, nil
}

// iniOptions are how the shared config files are read.
func iniOptions() ini.LoadOptions {
	return ini.LoadOptions{AllowNestedValues: true, SkipUnrecognizableLines: true, IgnoreInlineComment: true}
}

func (a *app) getenv(name string) string {
	value, _ := a.Lookup(name)
	return value
}
