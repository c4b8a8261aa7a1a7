package awsec2

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// What --debug shows: the form that is sent and the answer, as they are on the wire. The request's headers are left out as a
// whole: they hold the signature and the session token.

// logf writes to the debug log. That nobody can read it is no reason to give up a request.
func logf(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

func logRequest(w io.Writer, req *http.Request) {
	logf(w, "> %s %s\n", req.Method, req.URL.Redacted())
	if req.Body == nil {
		return
	}
	form, err := io.ReadAll(req.Body)
	if err != nil { // the SDK's bodies are in memory: this does not happen
		logf(w, "> the form can't be read: %v\n", err)
		return
	}
	logf(w, "> %s\n", form)
	req.Body = io.NopCloser(bytes.NewReader(form)) // the SDK's requests can't be read twice
}

func logResponse(w io.Writer, resp *http.Response, err error) {
	if err != nil {
		logf(w, "< no answer: %v\n", err)
		return
	}
	logf(w, "< HTTP %s\n", resp.Status)
	resp.Body = &loggedBody{ReadCloser: resp.Body, w: w}
}

// A loggedBody writes what was read of a body when it is closed.
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
	logf(b.w, "< %s\n", bytes.TrimSpace(b.read.Bytes()))
	return b.ReadCloser.Close()
}
