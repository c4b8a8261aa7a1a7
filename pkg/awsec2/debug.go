package awsec2

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// What --debug shows: the form that is sent and the answer, as they are on the wire. The request's headers are left out as a
// whole: they hold the signature and the session token.

func logRequest(w io.Writer, req *http.Request) {
	fmt.Fprintf(w, "> %s %s\n", req.Method, req.URL.Redacted())
	if req.GetBody == nil {
		return
	}
	body, err := req.GetBody()
	if err != nil {
		return
	}
	defer body.Close()
	form, err := io.ReadAll(body)
	if err != nil {
		return
	}
	fmt.Fprintf(w, "> %s\n", form)
}

func logResponse(w io.Writer, resp *http.Response, err error) {
	if err != nil {
		fmt.Fprintf(w, "< no answer: %v\n", err)
		return
	}
	fmt.Fprintf(w, "< HTTP %s\n", resp.Status)
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
	fmt.Fprintf(b.w, "< %s\n", bytes.TrimSpace(b.read.Bytes()))
	return b.ReadCloser.Close()
}
