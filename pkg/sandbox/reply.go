package sandbox

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const contentType = "text/xml;charset=UTF-8"

// slowness is the delay of the fault "slow".
const slowness = time.Second

// A reply is the answer that the client receives, and the way of its delivery.
type reply struct {
	status   int // 0: no answer
	header   http.Header
	body     []byte
	delivery delivery
}

func newReply(status int, contentType string, body []byte) reply {
	h := http.Header{}
	h.Set("Content-Type", contentType)
	return reply{status: status, header: h, body: body}
}

// document returns a reply whose body is an EC2 document.
func (c *call) document(status int, body []byte) reply {
	p := newReply(status, contentType, body)
	p.header.Set("X-Amzn-Requestid", c.id)
	p.header.Set("Server", "AmazonEC2")
	return p
}

// answered returns EC2's reply: the answer, or the error document if err is not nil.
func (c *call) answered(a *node, err error) reply {
	if err != nil {
		return c.failed(err)
	}
	root := tree(c.action()+"Response", append([]node{leaf("requestId", c.id)}, a.nodes...)...)
	return c.document(http.StatusOK, root.document(namespace))
}

// applied applies the request and returns EC2's reply.
func (c *call) applied() reply { return c.answered(c.apply()) }

func (c *call) failed(err error) reply {
	var e *apiError
	if !errors.As(err, &e) {
		e = fail("InternalError", "")
	}
	c.note = strings.TrimSpace(e.code + " " + c.note) // c.note is set already if a fault follows the change
	root := tree("Response", tree("Errors", tree("Error", leaf("Code", e.code), leaf("Message", e.message))), leaf("RequestID", c.id))
	return c.document(e.status, root.document(""))
}

// A delivery is the way in which a reply reaches the client or fails to reach it. Its text is for the log.
type delivery string

const (
	deliverWhole     delivery = ""
	deliverSlow      delivery = "slow"
	deliverTruncated delivery = "truncated"
	deliverStalled   delivery = "stalled"
	deliverReset     delivery = "reset"
	deliverDrop      delivery = "dropped"
	deliverHang      delivery = "no answer"
	deliverLate      delivery = "no answer, applied late"
)

// deliver sends the reply. It panics with http.ErrAbortHandler to break the connection.
func (p reply) deliver(w http.ResponseWriter, r *http.Request) {
	gone := r.Context().Done()
	switch p.delivery {
	case deliverReset:
		reset(w)
		return
	case deliverHang:
		<-gone
		panic(http.ErrAbortHandler)
	case deliverDrop, deliverLate:
		panic(http.ErrAbortHandler)
	case deliverSlow:
		t := time.NewTimer(slowness)
		defer t.Stop()
		select {
		case <-t.C:
		case <-gone:
		}
	}
	for key, values := range p.header {
		w.Header()[key] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(p.body)))
	w.WriteHeader(p.status)
	body := p.body
	broken := p.delivery == deliverTruncated || p.delivery == deliverStalled
	if broken {
		body = body[:len(body)/2]
	}
	// The error only means that the client disconnected.
	_, _ = w.Write(body)
	if broken {
		_ = http.NewResponseController(w).Flush()
		if p.delivery == deliverStalled {
			<-gone
		}
		panic(http.ErrAbortHandler)
	}
}

// reset breaks a TCP connection with RST, and any other connection by closing it.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 does not support Hijack; the panic resets the stream
	}
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn() // closing the TLS connection would send close_notify first
	}
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // Close then sends RST
	}
	_ = conn.Close()
}
