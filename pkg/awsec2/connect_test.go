package awsec2

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// ConnectTo returns the client of an endpoint that a handler serves, with the credentials and the Region of TestMain.
func ConnectTo(t *testing.T, endpoint http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(endpoint)
	t.Cleanup(server.Close)
	client, err := Connect(Options{EndpointURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client
}
