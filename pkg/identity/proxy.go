package identity

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// readProxies returns the Proxy function of an http.Transport, according to http_proxy, https_proxy and no_proxy. As in the AWS CLI, a lower-case
// variable takes precedence over the upper-case variable, even if it is empty: then there is no proxy. In a CGI program, HTTP_PROXY does not
// count, because clients of the web server can set it with a header.
func (c *chooser) readProxies() func(*http.Request) (*url.URL, error) {
	var proxies httpproxy.Config
	_, cgi := c.Lookup("REQUEST_METHOD")
	for _, p := range []struct {
		variable string
		proxy    *string
	}{{"http_proxy", &proxies.HTTPProxy}, {"https_proxy", &proxies.HTTPSProxy}} {
		name, value := lowerFirst(c.Lookup, p.variable)
		if value == "" || cgi && name == "HTTP_PROXY" {
			continue
		}
		if !strings.Contains(value, "://") { // as in host:port
			value = "http://" + value
		}
		if proxy, err := url.Parse(value); err != nil || proxy.Hostname() == "" { // the message leaves out the value, which may have a password
			c.refuse("%s is not a URL such as http://host:port", name)
		}
		*p.proxy = value
	}
	_, except := lowerFirst(c.Lookup, "no_proxy")
	var hosts []string
	for _, host := range strings.FieldsFunc(except, func(r rune) bool { return r == ',' || r == ' ' }) {
		if host != "*" { // example.com, .example.com and *.example.com all mean the host and its subdomains
			host = strings.TrimLeft(strings.TrimPrefix(host, "*"), ".")
		}
		hosts = append(hosts, host)
	}
	proxies.NoProxy = strings.Join(hosts, ",")
	find := proxies.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) { return find(req.URL) }
}

// lowerFirst returns the name and the value of the lower-case variable, or of the upper-case variable if the lower-case variable is not set.
func lowerFirst(lookup awsconfig.LookupFunc, lower string) (name, value string) {
	if value, set := lookup(lower); set {
		return lower, value
	}
	name = strings.ToUpper(lower)
	value, _ = lookup(name)
	return name, value
}
