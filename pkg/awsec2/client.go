package awsec2

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/logging"
)

// Options are the AWS CLI's global options that set how to reach EC2. The SDK reads the options that are not given from the environment and
// from the shared config files.
type Options struct {
	Region      string
	Profile     string
	EndpointURL string
	OwnEndpoint bool // if EndpointURL is "", use the Region's default endpoint and ignore the configured endpoint

	NoVerifySSL   bool
	CABundle      []byte // PEM; nil: the bundle of AWS_CA_BUNDLE, of the config file or of the system
	NoSignRequest bool

	ConnectTimeout time.Duration // the limit for a connection; 0: no limit but the attempt's
	ReadTimeout    time.Duration // the limit for an answer's header; 0: no limit but the attempt's

	UserAgent string                                                            // product/version
	Debug     io.Writer                                                         // each request and answer is written to it, without credentials; nil: nothing is
	Dial      func(ctx context.Context, network, addr string) (net.Conn, error) // makes the connections; nil: the net package does
}

// A Client reaches EC2 in one Region, with one account's credentials.
type Client struct {
	ec2         *ec2.Client
	credentials aws.CredentialsProvider // nil: requests are not signed
}

// Connect reads the configuration and returns a client. It sends nothing to EC2. Its errors are misconfigured [*idem.AttemptError]s.
func Connect(ctx context.Context, o Options) (*Client, error) {
	cfg, err := o.config(ctx)
	if err != nil {
		return nil, err
	}
	var roots *x509.CertPool
	if o.CABundle != nil {
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(o.CABundle) {
			return nil, misconfigured(nil, "the CA bundle holds no certificate in PEM")
		}
	}
	c := &Client{credentials: cfg.Credentials}
	if o.NoSignRequest {
		c.credentials = nil
	}
	c.ec2 = ec2.NewFromConfig(cfg, func(eo *ec2.Options) {
		eo.Retryer, eo.RetryMaxAttempts = aws.NopRetryer{}, 0
		eo.HTTPClient = recorder{client: o.httpClient(eo.HTTPClient, roots), debug: o.Debug}
		eo.APIOptions = append(eo.APIOptions, awsmiddleware.AddUserAgentKey(o.UserAgent))
		switch { // not in the config: it would be the STS endpoint, too
		case o.EndpointURL != "":
			eo.BaseEndpoint = &o.EndpointURL
		case o.OwnEndpoint:
			eo.BaseEndpoint = nil
		}
		if o.NoSignRequest {
			eo.Credentials = aws.AnonymousCredentials{}
		}
	})
	if err := checkEndpoint(c.Endpoint()); err != nil {
		return nil, misconfigured(nil, "Invalid endpoint: %v", err)
	}
	return c, nil
}

// config returns the SDK's configuration. Like the AWS CLI, it returns an error for some mistakes that the SDK reports late or never.
func (o Options) config(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, o.load()...)
	var (
		noProfile config.SharedConfigProfileNotExistError
		noCode    config.AssumeRoleTokenProviderNotSetError
	)
	switch {
	case errors.As(err, &noProfile):
		return cfg, misconfigured(err, "The config profile (%s) could not be found", noProfile.Profile)
	case errors.As(err, &noCode):
		return cfg, misconfigured(err, `the profile has an mfa_serial, and awsidem asks for no MFA code: take credentials from another program, as "aws configure export-credentials" with the profile's credential_process`)
	case err != nil:
		return cfg, misconfigured(err, "reading the AWS configuration: %v", err)
	case cfg.Region == "":
		return cfg, misconfigured(nil, `You must specify a region. You can also configure your region by running "aws configure".`)
	case strings.Trim(cfg.Region, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" || len(cfg.Region) > 63:
		return cfg, misconfigured(nil, "Provided region_name %q doesn't match a supported format.", cfg.Region)
	}
	var (
		env    config.EnvConfig
		shared config.SharedConfig
	)
	for _, source := range cfg.ConfigSources {
		switch source := source.(type) {
		case config.EnvConfig:
			env = source
		case config.SharedConfig:
			shared = source
		}
	}
	switch {
	case shared.Profile == "" && env.SharedConfigProfile != "": // the SDK ignores an AWS_DEFAULT_PROFILE that does not exist
		return cfg, misconfigured(nil, "The config profile (%s) could not be found", env.SharedConfigProfile)
	case shared.ServicesSectionName != "" && shared.Services.ServiceValues == nil: // the SDK would call AWS instead
		return cfg, misconfigured(nil, "The profile is configured to use the services section but the %q services configuration does not exist.", shared.ServicesSectionName)
	}
	return cfg, nil
}

// checkEndpoint returns an error unless endpoint is an endpoint URL, or "" for the Region's default endpoint. A URL with a password is an
// error, too, because messages, the debug log and the journal name the endpoint. That error does not repeat the URL.
func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	switch {
	case strings.ContainsAny(endpoint, "@?#"): // whether it is a URL or not
		return errors.New("its URL must hold no user, password, query or fragment: it is recorded, and no credential may be")
	case err != nil || u.Hostname() == "" || !validPort(u.Port()) || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q is no URL like https://host[:port]", endpoint)
	}
	return nil
}

// validPort reports whether a URL's port is a port number, or "" for the scheme's default port.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// load returns the options for reading the configuration, which also apply to requests for credentials. Connect applies the other options,
// to requests to EC2 only.
func (o Options) load() []func(*config.LoadOptions) error {
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{})} // the SDK's logger would write to stderr
	if o.Region != "" {
		options = append(options, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(o.Profile))
	}
	return options
}

// httpClient returns the SDK's HTTP client with the options that concern connections.
func (o Options) httpClient(configured aws.HTTPClient, roots *x509.CertPool) aws.HTTPClient {
	client, ok := configured.(*awshttp.BuildableClient)
	if !ok {
		client = awshttp.NewBuildableClient()
	}
	return client.WithDialerOptions(func(d *net.Dialer) {
		d.Timeout = o.ConnectTimeout
	}).WithTransportOptions(func(t *http.Transport) {
		t.ResponseHeaderTimeout = o.ReadTimeout
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, math.MaxInt // no limit: all connections are to one host, and later requests use them again
		nameProxy(t)
		if o.Dial != nil {
			t.DialContext = o.Dial
		}
		if o.NoVerifySSL {
			t.TLSClientConfig.InsecureSkipVerify = true // #nosec G402 -- it is what --no-verify-ssl asks for
		}
		if roots != nil {
			t.TLSClientConfig.RootCAs = roots
		}
	})
}

// checkCredentials returns an error if there are no credentials. The SDK caches credentials until they expire.
func (c *Client) checkCredentials(ctx context.Context) error {
	if c.credentials == nil {
		return nil
	}
	_, err := c.credentials.Retrieve(ctx)
	var process *processcreds.ProviderError
	if errors.As(err, &process) { // the error's message may have the keys that the process printed
		reason := errors.Unwrap(process.Err)
		if reason == nil {
			reason = process.Err
		}
		return fmt.Errorf("credential_process: %w", reason)
	}
	return err
}

// Region returns the Region to which the client sends its requests.
func (c *Client) Region() string { return c.ec2.Options().Region }

// Endpoint returns the configured endpoint URL, or "" if the client uses the Region's default endpoint.
func (c *Client) Endpoint() string { return aws.ToString(c.ec2.Options().BaseEndpoint) }

// Exposed reports whether requests cross a network unencrypted: the endpoint is a plain http URL of another machine.
func (c *Client) Exposed() bool {
	u, err := url.Parse(c.Endpoint())
	if err != nil || u.Scheme != "http" || u.Hostname() == "localhost" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err != nil || !ip.IsLoopback()
}
