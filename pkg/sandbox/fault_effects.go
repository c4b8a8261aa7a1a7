package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// refuse returns an effect that answers with an EC2 error.
func refuse(code string) func(*call) reply {
	return func(c *call) reply {
		if strings.HasPrefix(code, "Insufficient") {
			c.bindToken()
		}
		return c.failed(fail(code, ""))
	}
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

func jsonBody(*call) reply {
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

// nameOtherParameters changes the values that the answer repeats from the request. It does not change the resource.
func nameOtherParameters(a *node, cr *create) {
	resources := []*node{a}
	if cr.Answer != "" {
		resources = a.children(cr.Answer)
	}
	if cr.List {
		resources = resources[0].children("item")
	}
	for _, r := range resources {
		for _, m := range cr.Echo {
			for _, n := range r.children(m.element) {
				switch {
				case m.shape != "" || m.param == cr.Token:
				case m.list:
					for _, item := range n.children("item") {
						item.text = otherThan(item.text)
					}
				default:
					n.text = otherThan(n.text)
				}
			}
		}
	}
}

// otherThan returns another value of the same type.
func otherThan(text string) string {
	n, err := strconv.Atoi(text)
	prefix, _, isID := strings.Cut(text, "-0")
	at, notTime := time.Parse(time.RFC3339, text)
	switch {
	case notTime == nil:
		return at.Add(time.Hour).Format(time.RFC3339)
	case text == OtherVPC:
		return DefaultVPC
	case strings.HasPrefix(text, "vpc-"):
		return OtherVPC
	case text == "true":
		return "false"
	case text == "false":
		return "true"
	case err == nil:
		return strconv.Itoa(n + 1)
	case isID:
		return prefix + "-0123456789abcdef0"
	}
	return text + "-other"
}

const anotherToken = "00000000-0000-4000-8000-000000000000"

func echoAnotherToken(a *node, cr *create) {
	if cr.EchoesToken && len(a.values("clientToken")) == 0 {
		a.add(node{name: "clientToken"})
	}
	a.each("clientToken", func(n *node) { n.text = anotherToken })
}

func echoNoToken(a *node, _ *create) { a.drop("clientToken") }
