package identity

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

const noCredentials = "Unable to locate credentials"

// instance returns the credentials of the EC2 instance's role. It is the last source.
func (c *chooser) instance() *source {
	if c.enabled("AWS_EC2_METADATA_DISABLED", "") {
		return none("no flag, variable or profile names credentials, and AWS_EC2_METADATA_DISABLED is true" + c.absent())
	}
	only2 := c.enabled("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
	options := imds.Options{HTTPClient: c.client, Logger: c.common.Logger, ClientEnableState: imds.ClientEnabled, EnableFallback: aws.BoolTernary(!only2)}
	endpoint, place := c.either("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
	if endpoint != "" {
		if err := checkEndpoint(endpoint); err != nil {
			return c.refuse("%s: %v", place, err)
		}
		options.Endpoint, options.HTTPClient = endpoint, c.clientFor(endpoint)
	}
	mode, place := c.either("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
	if err := options.EndpointMode.SetFromString(mode); err != nil {
		return c.refuse("%s: it must be ipv4 or ipv6, not %q", place, mode)
	}
	provider := ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = imds.New(options) })
	return fetched(RetrieveError{What: noCredentials}, provider, nil)
}

// none returns a source whose error is that there are no credentials. It does not refuse the configuration, because a caller may know more
// about the request, such as an earlier attempt with an unknown outcome.
func none(why string) *source {
	err := &RetrieveError{What: noCredentials, Err: errors.New(why)}
	return &source{
		credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, err }),
		check:       func(context.Context) error { return err },
	}
}

// obsoleteFiles refuses the configuration if the AWS CLI would read keys from an old file of boto or of the EC2 tools. Without the refusal,
// awsidem would sign with the keys of another source. obsoleteFiles never returns a source.
func (c *chooser) obsoleteFiles() *source {
	if file, set := c.Lookup("AWS_CREDENTIAL_FILE"); set {
		return c.refuse("AWS_CREDENTIAL_FILE names %q, which awsidem does not read: write its keys to %s, and unset it", file, c.Files.CredentialsPath)
	}
	files := []string{"/etc/boto.cfg", "~/.boto"}
	if file, set := c.Lookup("BOTO_CONFIG"); set {
		files = []string{file}
	}
	for _, file := range files {
		sections, err := awsconfig.ParseFile(file, c.Lookup)
		if err != nil {
			return c.refuse("%v", err)
		}
		for _, s := range sections {
			if key, set := s.Settings["aws_access_key_id"]; set && s.Title == "Credentials" {
				return c.refuse("%s has keys, but awsidem does not read this file: write the keys to %s", key.Place(), c.Files.CredentialsPath)
			}
		}
	}
	return nil
}
