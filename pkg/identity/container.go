package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
)

// container returns the credentials of the container's endpoint (ECS, EKS), nil if no variable names one.
func (c *chooser) container() *source {
	const relative, full = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	var endpoint string
	if path, set := c.Lookup(relative); set {
		if !strings.HasPrefix(path, "/") {
			return c.refuse(`%s must begin with "/", not be %q: set it, or unset it`, relative, path)
		}
		endpoint = "http://169.254.170.2" + path
	} else if uri, set := c.Lookup(full); set {
		if err := checkContainer(uri); err != nil {
			return c.refuse("%s: %v", full, err)
		}
		endpoint = uri
	} else {
		return nil
	}
	token := c.containerToken()
	client := c.clientFor(endpoint)
	provider := endpointcreds.New(endpoint, func(o *endpointcreds.Options) {
		o.HTTPClient = client.WithTransportOptions(func(t *http.Transport) { t.Proxy = nil }) // the endpoint is on this machine; the AWS CLI uses no proxy, either
		o.Retryer = aws.NopRetryer{}                                                          // package retry repeats the whole attempt
		o.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(token)
	})
	return fetched(remote("the container"), provider, func(context.Context) error {
		_, err := token()
		return err
	}, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = 5 * time.Minute })
}

// checkContainer returns an error if a URI is not the endpoint of a container. A plain http endpoint must be localhost, an address of this
// machine, or an address of ECS or EKS. Other host names need https, because checkContainer makes no DNS query.
func checkContainer(uri string) error {
	u := parseHTTP(uri)
	if u == nil {
		return errors.New("it is not a URL such as http://169.254.170.23/v1/credentials")
	}
	near := IsLoopback(u.Hostname()) || slices.Contains([]string{"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}, u.Hostname())
	if u.Scheme == "http" && !near {
		return newError("Unsupported host %q: write https, or an address of this machine, of ECS or of EKS", u.Hostname())
	}
	return nil
}

// containerToken returns the function that reads the token for the container's endpoint. The token is "" if no variable names one.
func (c *chooser) containerToken() func() (string, error) {
	const variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
	if file, set := c.Lookup(variable + "_FILE"); set {
		if file == "" {
			c.refuse("%s_FILE is set and empty: name the file of a token, or unset it", variable)
		}
		return func() (string, error) {
			token, err := readToken(file)
			if err == nil {
				err = checkToken(string(token))
			}
			if err != nil {
				return "", &RetrieveError{What: "Unable to read the token that " + variable + "_FILE names", Err: err}
			}
			return string(token), nil
		}
	}
	token := c.env(variable)
	if err := checkToken(token); err != nil {
		c.refuse("%s: %v", variable, err)
	}
	return func() (string, error) { return token, nil }
}

// checkToken returns an error if a token can't be the value of an HTTP header.
func checkToken(token string) error {
	if strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return newError("Auth token value is not a legal header value: it contains a line break or another control character")
	}
	return nil
}
