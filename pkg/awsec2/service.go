package awsec2

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsidem/awsidem/pkg/identity"
)

// A Service has what a caller needs to reach a service of AWS with the account of a [Client].
type Service struct {
	Endpoint    string // a URL
	Region      string
	Credentials aws.CredentialsProvider // its errors are [*idem.AttemptError]s
	HTTP        aws.HTTPClient
}

// Exposed reports whether requests to the service cross a network unencrypted.
func (s Service) Exposed() bool { return exposed(s.Endpoint) }

// Service returns what a caller needs to reach a service with the client's credentials. name is the service's name in AWS_ENDPOINT_URL_NAME and,
// in lower case, in host names. If region is not "", it takes the place of the client's Region. If endpoint is not "", it takes the place of
// the configured endpoint.
func (c *Client) Service(ctx context.Context, name, region, endpoint string) (Service, error) {
	if c.credentials == nil {
		return Service{}, misconfigured(nil, "requests to %s must be signed: leave out --no-sign-request", name)
	}
	if region == "" {
		region = c.Region()
	}
	if !identity.ValidRegion(region) { // it becomes a part of a host's name
		return Service{}, misconfigured(nil, "the Region %q of %s is not valid: it must be a name such as us-east-1", region, name)
	}
	cfg, err := c.choice.For(name, endpoint)
	if err != nil {
		return Service{}, misconfigured(err, "%v", err)
	}
	if endpoint = aws.ToString(cfg.BaseEndpoint); endpoint == "" {
		if endpoint, err = c.regional(ctx, strings.ToLower(name), region); err != nil {
			return Service{}, err
		}
	}
	return Service{endpoint, region, judgedCredentials{c.credentials}, c.transport(cfg.HTTPClient)}, nil
}

// regional returns the endpoint of a service in a Region. It uses the SDK's endpoint rules for EC2, because the endpoints of DynamoDB have names
// of the same form in each partition, with FIPS and with dual stack: see TestRegionalEndpoint.
func (c *Client) regional(ctx context.Context, service, region string) (string, error) {
	options := c.ec2.Options().EndpointOptions
	resolved, err := ec2.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, ec2.EndpointParameters{
		Region:       &region,
		UseFIPS:      aws.Bool(options.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(options.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return "", misconfigured(err, "%s has no endpoint in the Region %q: %v", service, region, err)
	}
	_, rest, _ := strings.Cut(resolved.URI.Host, "ec2")
	return fmt.Sprintf("https://%s%s", service, rest), nil
}

// judgedCredentials are credentials whose errors have a verdict.
type judgedCredentials struct{ aws.CredentialsProvider }

// Retrieve returns the credentials.
func (j judgedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := j.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return credentials, judgeCredentials(ctx, err)
	}
	return credentials, nil
}
