package awsec2

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// nameProxy has the transport say by way of which proxy a request goes, for messages about connections that are not made.
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
