package identity

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsconfig"
)

// proxySettings are the proxies of an environment. As for the AWS CLI, a variable in small letters counts before the one in capitals, also
// if it is empty: then there is no proxy.
type proxySettings struct {
	byScheme map[string]*url.URL // http and https; nil: none
	except   []string            // the entries of no_proxy
}

// readProxies reads http_proxy, https_proxy and no_proxy. HTTP_PROXY in capitals is left out where the environment is that of a CGI
// program: a client of the web server sets it there.
func readProxies(lookup awsconfig.LookupFunc) (*proxySettings, error) {
	p := &proxySettings{byScheme: map[string]*url.URL{}}
	_, cgi := lookup("REQUEST_METHOD")
	for _, scheme := range []string{"http", "https"} {
		name, value := lowerFirst(lookup, scheme+"_proxy")
		if value == "" || cgi && name == "HTTP_PROXY" {
			continue
		}
		if !strings.Contains(value, "://") { // as in host:port
			value = "http://" + value
		}
		proxy, err := url.Parse(value)
		if err != nil || proxy.Hostname() == "" { // the value may have a password
			return nil, refuse("%s is no URL like http://host:port", name)
		}
		p.byScheme[scheme] = proxy
	}
	_, except := lowerFirst(lookup, "no_proxy")
	p.except = strings.FieldsFunc(strings.ToLower(except), func(r rune) bool { return r == ',' || r == ' ' })
	return p, nil
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

// find returns the proxy for a request, nil for none. It is an http.Transport's Proxy.
func (p *proxySettings) find(req *http.Request) (*url.URL, error) {
	proxy := p.byScheme[req.URL.Scheme]
	port := req.URL.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[req.URL.Scheme]
	}
	if proxy == nil || p.spares(strings.ToLower(strings.TrimSuffix(req.URL.Hostname(), ".")), port) {
		return nil, nil
	}
	return proxy, nil
}

// spares reports whether a host is reached without a proxy: this machine, and what no_proxy lists. An entry is "*", an IP address, a
// range of them, or a domain, which stands for all hosts in it; but for a range, each may have a port.
func (p *proxySettings) spares(host, port string) bool {
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || err == nil && ip.IsLoopback() {
		return true
	}
	for _, entry := range p.except {
		if entry == "*" {
			return true
		}
		if prefix, err := netip.ParsePrefix(entry); err == nil {
			if prefix.Contains(ip) {
				return true
			}
			continue
		}
		if name, only, err := net.SplitHostPort(entry); err == nil {
			if only != port {
				continue
			}
			entry = name
		}
		if listed, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
			if listed == ip {
				return true
			}
			continue
		}
		domain := strings.TrimLeft(strings.TrimPrefix(entry, "*"), ".")
		if domain != "" && (host == domain || strings.HasSuffix(host, "."+domain)) {
			return true
		}
	}
	return false
}
