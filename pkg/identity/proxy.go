package identity

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// readProxies returns an http.Transport's Proxy, according to http_proxy, https_proxy and no_proxy. As for the AWS CLI, a variable in small
// letters counts before the one in capitals, also if it is empty: then there is no proxy. HTTP_PROXY in capitals does not count in the
// environment of a CGI program, where a client of the web server sets it.
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
		if proxy, err := url.Parse(value); err != nil || proxy.Hostname() == "" { // the value may have a password
			c.refuse("%s is no URL like http://host:port", name)
		}
		*p.proxy = value
	}
	_, except := lowerFirst(c.Lookup, "no_proxy")
	var hosts []string
	for _, host := range strings.FieldsFunc(except, func(r rune) bool { return r == ',' || r == ' ' }) {
		if host != "*" { // a domain stands for all hosts in it and for itself, also as .domain and *.domain
			host = strings.TrimLeft(strings.TrimPrefix(host, "*"), ".")
		}
		hosts = append(hosts, host)
	}
	proxies.NoProxy = strings.Join(hosts, ",")
	find := proxies.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) { return find(req.URL) }
}

// lowerFirst returns the variable of a name in small letters, else that in capitals.
func lowerFirst(lookup awsconfig.LookupFunc, lower string) (name, value string) {
	if value, set := lookup(lower); set {
		return lower, value
	}
	name = strings.ToUpper(lower)
	value, _ = lookup(name)
	return name, value
}
