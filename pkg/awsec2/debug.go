package awsec2

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// The debug log has the form of each request and the body of each answer, as they are sent. It has no request headers,
// because they hold the signature and the session token. Values that EC2 calls sensitive are masked in both.

// logf writes to the debug log. A log that can't be written does not fail the request.
func logf(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

func logRequest(w io.Writer, req *http.Request) {
	logf(w, "> %s %s\n", req.Method, req.URL.Redacted())
	if req.Body == nil {
		return
	}
	form, err := io.ReadAll(req.Body)
	if err != nil { // can't happen: the SDK's bodies are in memory
		logf(w, "> the form can't be read: %v\n", err)
		return
	}
	logf(w, "> %s\n", maskForm(string(form)))
	req.Body = io.NopCloser(bytes.NewReader(form)) // the body can be read only once
}

func logResponse(w io.Writer, resp *http.Response, err error) {
	if err != nil {
		logf(w, "< no answer: %v\n", err)
		return
	}
	logf(w, "< HTTP %s\n", resp.Status)
	resp.Body = &loggedBody{ReadCloser: resp.Body, w: w}
}

// A loggedBody collects the bytes that are read from a body, and writes them to the log when the body is closed.
type loggedBody struct {
	io.ReadCloser
	w    io.Writer
	read bytes.Buffer
}

func (b *loggedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Write(p[:n])
	return n, err
}

func (b *loggedBody) Close() error {
	logf(b.w, "< %s\n", maskAnswer(bytes.TrimSpace(b.read.Bytes())))
	return b.ReadCloser.Close()
}
