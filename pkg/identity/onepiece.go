package identity

import (
	"bytes"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// OnePiece is an HTTP client for the SDK that sends the body of a request together with the headers. net/http sends the SDK's own body
// separately and then reads on to its end. If the answer arrives before that, the SDK has already closed the body: net/http then
// closes the connection, and half the answer is lost ("use of closed network connection").
type OnePiece struct{ aws.HTTPClient }

// Do sends a request. It replaces the request's body.
func (c OnePiece) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil { // can't happen: the SDK's bodies are in memory
			return nil, err
		}
		// Without GetBody, net/http neither sends the request again nor follows a redirect with it.
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	return c.HTTPClient.Do(req)
}
