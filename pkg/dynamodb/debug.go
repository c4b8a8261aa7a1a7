package dynamodb

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
)

// The debug log has the action and the body of each request, and the body of each answer, as they are sent. The log has no request headers,
// because the headers hold the signature and the session token.

func (c *Client) logRequest(req *http.Request, action string, body []byte) {
	if c.Debug != nil {
		c.logf("> %s %s %s\n> %s\n", req.Method, req.URL.Redacted(), action, c.masked(body))
	}
}

func (c *Client) logAnswer(resp *http.Response, body []byte) {
	if c.Debug != nil {
		c.logf("< HTTP %s\n< %s\n", resp.Status, c.masked(body))
	}
}

func (c *Client) logFailure(err error) {
	if c.Debug != nil {
		c.logf("< no answer: %v\n", err)
	}
}

// logf writes to the debug log in one call, because several goroutines may write. If the log can't be written, the request still goes on.
func (c *Client) logf(format string, args ...any) {
	_, _ = io.WriteString(c.Debug, fmt.Sprintf(format, args...))
}

// masked returns a body with "(masked)" in place of each string of the attribute Mask. The body may be cut off within such a string.
func (c *Client) masked(body []byte) []byte {
	if c.Mask == "" {
		return body
	}
	value := regexp.MustCompile(`("` + regexp.QuoteMeta(c.Mask) + `"\s*:\s*\{\s*"S"\s*:\s*")(?:[^"\\]|\\.)*`)
	return value.ReplaceAll(body, []byte("${1}(masked)"))
}
