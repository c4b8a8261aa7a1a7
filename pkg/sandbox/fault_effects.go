package sandbox

import (
	"fmt"
	"net/http"
)

// refuse returns an effect that answers with an EC2 error.
func refuse(code string) func(*call) reply {
	return func(c *call) reply { return c.failed(fail(code, "")) }
}

// retryAfter adds a Retry-After header to an effect's reply.
func retryAfter(effect func(*call) reply) func(*call) reply {
	return func(c *call) reply {
		p := effect(c)
		p.header.Set("Retry-After", "1")
		return p
	}
}

// htmlPage returns an effect that answers with an HTML page, as a proxy or a gateway does.
func htmlPage(status int) func(*call) reply {
	text := fmt.Sprintf("%d %s", status, http.StatusText(status))
	body := fmt.Sprintf("<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n</body>\r\n</html>\r\n", text)
	return func(*call) reply { return newReply(status, "text/html", []byte(body)) }
}

func redirect(c *call) reply {
	p := htmlPage(http.StatusFound)(c)
	p.header.Set("Location", "https://portal.invalid/login") // .invalid never resolves: RFC 2606
	return p
}

func empty(*call) reply { return newReply(http.StatusOK, contentType, nil) }

func json(*call) reply {
	return newReply(http.StatusOK, "application/json", []byte(`{"status":"ok"}`+"\n"))
}

// garbage answers with random bytes. The first one begins neither an XML document nor UTF-8 text.
func garbage(c *call) reply {
	body := make([]byte, 256)
	for i := range body {
		body[i] = byte(c.sandbox.rng.Uint32() & 0xff)
	}
	body[0] = 0x80
	return newReply(http.StatusOK, contentType, body)
}

// noAnswer returns an effect that sends no answer.
func noAnswer(d delivery) func(*call) reply {
	return func(*call) reply { return reply{delivery: d} }
}

// deliverAs returns a function that changes how a correct reply is delivered.
func deliverAs(d delivery) func(reply) reply {
	return func(p reply) reply {
		p.delivery = d
		return p
	}
}

func halfDocument(p reply) reply {
	p.body = p.body[:len(p.body)/2]
	return p
}

func applyAgain(c *call) reply { return c.answered(c.apply()) }

// nameAnotherVPC changes the VPC in the answer, not the VPC of the resource.
func (a *answer) nameAnotherVPC() {
	switch {
	case a.RouteTable != nil:
		t := *a.RouteTable
		t.VpcID = otherThan(t.VpcID)
		a.RouteTable = &t
	case a.NetworkACL != nil:
		acl := *a.NetworkACL
		acl.VpcID = otherThan(acl.VpcID)
		a.NetworkACL = &acl
	}
}

func otherThan(vpcID string) string {
	if vpcID == OtherVPC {
		return DefaultVPC
	}
	return OtherVPC
}

func (a *answer) echoAnotherToken() { a.ClientToken = "00000000-0000-4000-8000-000000000000" }

func (a *answer) echoNoToken() { a.ClientToken = "" }
