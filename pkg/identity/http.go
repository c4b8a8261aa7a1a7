package identity

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// readRetries reads the retry settings of the SDK's clients for credentials. The AWS CLI's mode "legacy" is the SDK's mode "standard".
func (c *chooser) readRetries() {
	c.common.RetryMode = aws.RetryModeStandard
	if value, place := c.either("AWS_RETRY_MODE", "retry_mode"); value != "" && value != "legacy" {
		mode, err := aws.ParseRetryMode(value)
		if err != nil {
			c.refuse("%s: it must be legacy, standard or adaptive, not %q", place, value)
		}
		c.common.RetryMode = mode
	}
	if value, place := c.either("AWS_MAX_ATTEMPTS", "max_attempts"); value != "" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			c.refuse("%s: it must be a whole number, not %q", place, value)
		}
		c.common.RetryMaxAttempts = n
	}
}

// readHTTP makes the HTTP client, with the proxies of the environment and the configured certificates.
func (c *chooser) readHTTP() {
	proxy := c.readProxies()
	c.client = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.Proxy = proxy
		if c.Dial != nil {
			t.DialContext = c.Dial
		}
	})
	c.readBundle()
}

// readBundle reads the file of AWS_CA_BUNDLE, of the profile's ca_bundle or of REQUESTS_CA_BUNDLE, if one is named.
func (c *chooser) readBundle() {
	file, place := c.either("AWS_CA_BUNDLE", "ca_bundle")
	if file == "" {
		file, place = c.env("REQUESTS_CA_BUNDLE"), "REQUESTS_CA_BUNDLE"
	}
	if file == "" {
		return
	}
	var err error
	if c.bundle, err = readFile(file); err != nil {
		c.refuse("%s: %v", place, err)
	}
	if !holdsCertificate(c.bundle) {
		c.refuse("%s: %q holds no certificate in PEM", place, file)
	}
}

// holdsCertificate reports whether the first certificate of a bundle can be read. The others are parsed when they are needed.
func holdsCertificate(bundle []byte) bool {
	for {
		var block *pem.Block
		if block, bundle = pem.Decode(bundle); block == nil {
			return false
		}
		if block.Type == "CERTIFICATE" {
			_, err := x509.ParseCertificate(block.Bytes)
			return err == nil
		}
	}
}

// clientFor returns the HTTP client for a URL. It parses the bundle only for a URL that needs certificates, because parsing takes as long as
// everything else before a create.
func (c *chooser) clientFor(url string) *awshttp.BuildableClient {
	if c.bundle == nil || strings.HasPrefix(url, "http://") {
		return c.client
	}
	if c.trusting == nil {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(c.bundle)
		c.trusting = c.client.WithTransportOptions(func(t *http.Transport) {
			if t.TLSClientConfig == nil {
				t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
			}
			t.TLSClientConfig.RootCAs = roots
		})
	}
	return c.trusting
}
