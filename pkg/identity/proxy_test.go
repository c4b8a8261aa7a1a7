package identity

import (
	"net/http"
	"testing"
)

// A lower-case variable takes precedence over the upper-case variable, even if it is empty. Requests to this machine and to the hosts of no_proxy
// use no proxy.
func TestProxies(t *testing.T) {
	for _, row := range []struct {
		url, want string
		env       map[string]string
	}{
		{"https://ec2.test", "", nil},
		{"https://ec2.test", "http://small:1", map[string]string{"https_proxy": "http://small:1", "HTTPS_PROXY": "http://big:1"}},
		{"https://ec2.test", "", map[string]string{"https_proxy": "", "HTTPS_PROXY": "http://big:1"}},
		{"https://ec2.test", "http://big:1", map[string]string{"HTTPS_PROXY": "big:1", "http_proxy": "http://small:1"}},
		{"http://ec2.test", "http://small:1", map[string]string{"HTTPS_PROXY": "big:1", "http_proxy": "http://small:1"}},
		{"http://ec2.test", "", map[string]string{"HTTP_PROXY": "http://big:1", "REQUEST_METHOD": "GET"}},
		{"https://ec2.test", "socks5://p:1", map[string]string{"https_proxy": "socks5://p:1", "no_proxy": "other.test"}},
		{"https://ec2.test", "", map[string]string{"https_proxy": "http://p:1", "no_proxy": "a, .TEST"}},
		{"https://ec2.test", "", map[string]string{"https_proxy": "http://p:1", "NO_PROXY": "*"}},
		{"https://ec2.test", "http://p:1", map[string]string{"https_proxy": "http://p:1", "NO_PROXY": "*", "no_proxy": ""}},
		{"https://ec2.test", "http://p:1", map[string]string{"https_proxy": "http://p:1", "no_proxy": "c2.test"}},
		{"https://ec2.test:44", "", map[string]string{"https_proxy": "http://p:1", "no_proxy": "ec2.test:44"}},
		{"https://ec2.test", "http://p:1", map[string]string{"https_proxy": "http://p:1", "no_proxy": "ec2.test:44"}},
		{"https://ec2.test", "", map[string]string{"https_proxy": "http://p:1", "no_proxy": "ec2.test:443"}},
		{"https://10.1.2.3", "", map[string]string{"https_proxy": "http://p:1", "no_proxy": "10.0.0.0/8"}},
		{"https://[2001:db8::1]", "", map[string]string{"https_proxy": "http://p:1", "no_proxy": "2001:db8::1"}},
		{"https://127.0.0.1", "", map[string]string{"https_proxy": "http://p:1"}},
		{"https://localhost", "", map[string]string{"https_proxy": "http://p:1"}},
	} {
		c := chooser{Options: Options{Lookup: func(name string) (string, bool) { value, set := row.env[name]; return value, set }}}
		find := c.readProxies()
		if c.refusal != nil {
			t.Errorf("%v: %v", row.env, c.refusal)
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, row.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if proxy, _ := find(req); proxy != nil {
			got = proxy.String()
		}
		if got != row.want {
			t.Errorf("%s with %v: got %q, want %q", row.url, row.env, got, row.want)
		}
	}
}
