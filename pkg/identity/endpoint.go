package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// variants holds whether the SDK's clients use FIPS and dual-stack endpoints. The SDK finds its methods through aws.Config.ConfigSources.
type variants struct{ fips, dual bool }

// GetUseFIPSEndpoint returns whether clients use FIPS endpoints.
func (v variants) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return aws.FIPSEndpointStateEnabled, v.fips, nil
}

// GetUseDualStackEndpoint returns whether clients use dual-stack endpoints.
func (v variants) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	return aws.DualStackEndpointStateEnabled, v.dual, nil
}

// readServices finds the services section that the profile names.
func (c *chooser) readServices() {
	s, set := c.setting(c.settings, "services")
	services, there := c.Files.Services[s.Value]
	if set && !there {
		c.refuse("The profile is configured to use the services section but the %q services configuration does not exist.", s.Value)
	}
	c.services = services
}

// readSwitches reads the settings that are true or false.
func (c *chooser) readSwitches() {
	c.fips = c.enabled("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint") || c.fips // a pseudo-Region has set c.fips already
	c.dual = c.enabled("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
	c.ignore = c.enabled("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")
}

// enabled returns the value of a switch: the variable's value, else the value of the profile's setting, else false.
func (c *chooser) enabled(variable, key string) bool {
	value, place := c.either(variable, key)
	if value != "" && !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
		c.refuse("%s: it must be true or false, not %q", place, value)
	}
	return strings.EqualFold(value, "true")
}

// config returns the configuration of a service's client, without credentials. The service is named as in AWS_ENDPOINT_URL_NAME. If
// endpoint is "", the configured endpoint counts.
func (c *chooser) config(service, endpoint string) aws.Config {
	if endpoint != "" || c.ignore {
		return c.at(endpoint, "")
	}
	for _, variable := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if value := c.env(variable); value != "" {
			return c.at(value, variable)
		}
	}
	if s, set := c.services[strings.ToLower(service)]; set {
		if s.Nested == nil {
			c.refuse("%s: write the settings of %s in indented lines below this line", s.Place(), strings.ToLower(service))
		}
		if value := s.Nested["endpoint_url"].Value; value != "" {
			return c.at(value, s.Place())
		}
	}
	s := c.settings["endpoint_url"]
	return c.at(s.Value, s.Place())
}

// sourceConfig returns the configuration of the client of a service that returns credentials.
func (c *chooser) sourceConfig(service string) aws.Config {
	cfg := c.config(service, "")
	cfg.HTTPClient = OnePiece{cfg.HTTPClient}
	return cfg
}

// at returns the configuration of a client that sends its requests to an endpoint. "" is the Region's default endpoint. As in the AWS CLI, the
// switches of FIPS and dual stack affect only the default endpoint. place is the variable or the line that sets the endpoint.
func (c *chooser) at(endpoint, place string) aws.Config {
	cfg := c.common.Copy()
	cfg.HTTPClient = c.clientFor(endpoint)
	if endpoint == "" {
		cfg.ConfigSources = []any{variants{c.fips, c.dual}}
		return cfg
	}
	if err := checkEndpoint(endpoint); err != nil {
		if place != "" {
			place = ", from " + place
		}
		c.refuse("Invalid endpoint: %v%s", err, place)
	}
	cfg.BaseEndpoint = &endpoint
	return cfg
}

// checkEndpoint returns an error if a text is not the URL of an endpoint. It refuses a URL with a password, because messages, the debug log
// and the journal contain the endpoint. The error does not contain such a URL.
func checkEndpoint(endpoint string) error {
	if strings.ContainsAny(endpoint, "@?#") { // also if the text is not a URL: it may hold a password
		return errors.New("the URL must not have a user, a password, a query or a fragment, because the journal records it")
	}
	if parseHTTP(endpoint) == nil {
		return fmt.Errorf("%q is not a URL such as https://host[:port]", endpoint)
	}
	return nil
}

// parseHTTP parses a URL of HTTP or HTTPS. It returns nil if the text is not such a URL.
func parseHTTP(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || n == 0) {
		return nil
	}
	return u
}

// IsLoopback reports whether a host of a URL is this machine. It does not look up names.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
