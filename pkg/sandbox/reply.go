package sandbox

import (
	"crypto/tls"
	"encoding/xml"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const contentType = "text/xml;charset=UTF-8"

// slowness is what the fault "slow" takes.
const slowness = time.Second

// A reply is what goes back to the client, and how.
type reply struct {
	status   int // 0: EC2 never answered
	header   http.Header
	body     []byte
	delivery delivery
}

func newReply(status int, contentType string, body []byte) reply {
	h := http.Header{}
	h.Set("Content-Type", contentType)
	return reply{status: status, header: h, body: body}
}

// document is a reply that EC2 wrote.
func (c *call) document(status int, v any) reply {
	p := newReply(status, contentType, document(v))
	p.header.Set("X-Amzn-Requestid", c.id)
	p.header.Set("Server", "AmazonEC2")
	return p
}

// answered is EC2's reply to a request that was let through.
func (c *call) answered(a *answer, err error) reply {
	if err != nil {
		return c.failed(err)
	}
	a.XMLName = xml.Name{Space: namespace, Local: c.action() + "Response"}
	a.RequestID = c.id
	return c.document(http.StatusOK, a)
}

func (c *call) failed(err error) reply {
	var e *apiError
	if !errors.As(err, &e) {
		e = fail("InternalError", "")
	}
	c.note = strings.TrimSpace(e.code + " " + c.note) // with what was applied before, if the fault comes after
	return c.document(e.status, errorXML{Code: e.code, Message: e.message, RequestID: c.id})
}

// A delivery is how a reply reaches the client, or fails to.
type delivery int

const (
	deliverWhole delivery = iota
	deliverSlow
	deliverTruncated
	deliverStalled
	deliverReset
	deliverDrop
	deliverHang
	deliverLate
)

func (d delivery) String() string {
	return [...]string{"", "slow", "truncated", "stalled", "reset", "dropped", "no answer", "no answer, applied late"}[d]
}

// deliver sends the reply. Where the connection has to break it panics with http.ErrAbortHandler.
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
	// The client may be gone, and that is its own affair.
	_, _ = w.Write(body)
	if broken {
		_ = http.NewResponseController(w).Flush()
		if p.delivery == deliverStalled {
			<-gone
		}
		panic(http.ErrAbortHandler)
	}
}

// reset breaks the connection with a TCP RST, where there is TCP.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 can't hijack; this resets the stream
	}
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn() // closing TLS itself would say goodbye first
	}
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // what makes the close a reset
	}
	_ = conn.Close()
}
