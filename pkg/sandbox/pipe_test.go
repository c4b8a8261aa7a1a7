package sandbox

import (
	"net/http"
	"testing"

	"github.com/awsidem/awsidem/pkg/awstest/memnet"
)

// pipes serves a handler without sockets, so that client and server run in one synctest bubble.
func pipes(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	network := memnet.New()
	server := &http.Server{Handler: h}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(network) }()
	transport := &http.Transport{DialContext: network.Dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return &http.Client{Transport: transport}
}
