package awsec2

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// nameProxy makes the transport record the proxy of each request in its exchange, for messages about failed connections.
func nameProxy(t *http.Transport) {
	find := t.Proxy
	t.Proxy = func(req *http.Request) (*url.URL, error) {
		proxy, err := find(req)
		if ex, ok := req.Context().Value(exchangeKey{}).(*exchange); ok && proxy != nil {
			ex.proxy = proxy.Scheme + "://" + proxy.Host // without its password
		}
		return proxy, err
	}
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("the proxy answered CONNECT with HTTP %s", answer.Status)
		}
		return nil
	}
}
