package awsec2

import (
	"context"
	"crypto/x509"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsidem/awsidem/pkg/awsconfig"
	"github.com/awsidem/awsidem/pkg/identity"
)

// Options are the AWS CLI's global options that set how to reach EC2. If an option is not set, package identity reads its value from the
// environment and from the shared config files.
type Options struct {
	Lookup awsconfig.LookupFunc // the environment; nil: the environment of this process
	Files  *awsconfig.Files     // the shared config files; nil: the files that the environment names

	Region       string
	Profile      string
	ProfilePlace string // what names Profile, such as "the manifest", for messages; "": the flag --profile
	EndpointURL  string
	OwnEndpoint  bool // if EndpointURL is "", use the Region's default endpoint and ignore the configured endpoint

	NoVerifySSL   bool
	CABundle      []byte // PEM; nil: the bundle of AWS_CA_BUNDLE, of the config file or of the system
	NoSignRequest bool

	ConnectTimeout time.Duration // the time limit for a connection; 0: only the attempt's limit
	ReadTimeout    time.Duration // the time limit for an answer's header; 0: only the attempt's limit

	UserAgent string                                                            // product/version
	Debug     io.Writer                                                         // receives each request and answer, without credentials; nil: no log
	Dial      func(ctx context.Context, network, addr string) (net.Conn, error) // makes the connections; nil: the net package does
}

// A Client reaches EC2 in one Region, with one account's credentials.
type Client struct {
	ec2         *ec2.Client
	choice      *identity.Choice
	credentials aws.CredentialsProvider // nil: requests are not signed
	transport   func(configured aws.HTTPClient) aws.HTTPClient
}

// Connect reads the configuration and returns the client. It sends nothing. Its errors are misconfigured [*idem.AttemptError]s.
func Connect(o Options) (*Client, error) {
	choice, err := o.choose()
	if err != nil {
		return nil, misconfigured(err, "%v", err)
	}
	var roots *x509.CertPool
	if o.CABundle != nil {
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(o.CABundle) {
			return nil, misconfigured(nil, "--ca-bundle: the file holds no certificate in PEM")
		}
	}
	transport := func(configured aws.HTTPClient) aws.HTTPClient { return o.httpClient(configured, roots) }
	c := &Client{choice: choice, credentials: choice.Credentials, transport: transport}
	c.ec2 = ec2.NewFromConfig(choice.Config, func(eo *ec2.Options) {
		eo.Retryer, eo.RetryMaxAttempts = aws.NopRetryer{}, 0
		eo.HTTPClient = recorder{client: identity.OnePiece{HTTPClient: transport(eo.HTTPClient)}, debug: o.Debug}
		eo.APIOptions = append(eo.APIOptions, awsmiddleware.AddUserAgentKey(o.UserAgent))
		if o.NoSignRequest {
			eo.Credentials = aws.AnonymousCredentials{}
		}
	})
	return c, nil
}

// choose chooses the identity of the requests. If o.Files is nil, choose reads the shared files.
func (o Options) choose() (*identity.Choice, error) {
	lookup := o.Lookup
	if lookup == nil {
		lookup = os.LookupEnv
	}
	files := o.Files
	if files == nil {
		var err error
		if files, err = awsconfig.Load(lookup); err != nil {
			return nil, err
		}
	}
	return identity.Choose(identity.Options{
		Lookup: lookup, Files: files, Profile: o.Profile, ProfilePlace: o.ProfilePlace, Region: o.Region,
		EndpointURL: o.EndpointURL, OwnEndpoint: o.OwnEndpoint, Unsigned: o.NoSignRequest, Dial: o.Dial,
	})
}

// httpClient returns the SDK's HTTP client with the options that are about connections.
func (o Options) httpClient(configured aws.HTTPClient, roots *x509.CertPool) aws.HTTPClient {
	client, ok := configured.(*awshttp.BuildableClient)
	if !ok {
		client = awshttp.NewBuildableClient()
	}
	dialer := client.GetDialer()
	dialer.Timeout = o.ConnectTimeout
	return client.WithTransportOptions(func(t *http.Transport) {
		t.ResponseHeaderTimeout = o.ReadTimeout
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, math.MaxInt // no limit: all connections are to one host, and later requests use them again
		nameProxy(t)
		t.DialContext = dialer.DialContext
		if o.Dial != nil {
			t.DialContext = o.Dial
		}
		if o.NoVerifySSL {
			t.TLSClientConfig.InsecureSkipVerify = true // #nosec G402 -- --no-verify-ssl requests this
		}
		if roots != nil {
			t.TLSClientConfig.RootCAs = roots
		}
	})
}

// Check returns a misconfigured [*idem.AttemptError] if this machine alone can tell that there are no credentials. It may run the profile's
// credential_process. It sends nothing.
func (c *Client) Check(ctx context.Context) error {
	if err := c.choice.Check(ctx); err != nil {
		return judgeCredentials(ctx, err)
	}
	return nil
}

// Region returns the Region of the client's requests.
func (c *Client) Region() string { return c.choice.Region }

// Endpoint returns the configured endpoint URL, "" if it is the Region's default.
func (c *Client) Endpoint() string { return aws.ToString(c.choice.BaseEndpoint) }

// Exposed reports whether requests cross a network unencrypted: the endpoint is a plain http URL of another machine.
func (c *Client) Exposed() bool { return exposed(c.Endpoint()) }

// exposed reports whether an endpoint is a plain http URL of another machine.
func exposed(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Scheme == "http" && !identity.IsLoopback(u.Hostname())
}
