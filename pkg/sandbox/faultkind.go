package sandbox

import (
	"net/http"
	"slices"
)

// A FaultKind is one kind of failure of a network or a service.
type FaultKind struct {
	Name string
	Help string // one line
}

type faultKind struct {
	FaultKind
	tokens bool              // affects only actions that take a client token
	effect func(*call) reply // returns what the client receives
}

func (k *faultKind) affects(action string) bool { return !k.tokens || actions()[action].token }

// Faults returns the kinds of faults: first those that take effect before a request is applied, then those after it.
// ParseFault accepts EC2's error codes, too; Faults does not list them.
func Faults() []FaultKind {
	var out []FaultKind
	for _, k := range faultKinds() {
		out = append(out, k.FaultKind)
	}
	return out
}

func faultNames() []string {
	var out []string
	for _, k := range faultKinds() {
		out = append(out, k.Name)
	}
	return out
}

// findFault returns the kind with that name or EC2 error code; nil if there is none.
func findFault(name string) *faultKind {
	kinds := faultKinds()
	if i := slices.IndexFunc(kinds, func(k faultKind) bool { return k.Name == name }); i >= 0 {
		return &kinds[i]
	}
	if errorCode().MatchString(name) {
		return &faultKind{FaultKind: FaultKind{Name: name}, effect: refuse(name)}
	}
	return nil
}

func faultKinds() []faultKind {
	return []faultKind{
		before("throttle", "503 RequestLimitExceeded, as EC2 throttles", refuse("RequestLimitExceeded")),
		before("throttle-retry-after", "503 RequestLimitExceeded with Retry-After: 1", retryAfter(refuse("RequestLimitExceeded"))),
		before("throttling", "400 Throttling, as other AWS services throttle", refuse("Throttling")),
		before("too-many-requests", "429 with an HTML page, as a gateway throttles", htmlPage(http.StatusTooManyRequests)),
		before("unavailable", "503 Unavailable", refuse("Unavailable")),
		before("internal-error", "500 InternalError", refuse("InternalError")),
		before("bad-gateway", "502 with an HTML page", htmlPage(http.StatusBadGateway)),
		before("forbidden-page", "403 with an HTML page that EC2 did not write", htmlPage(http.StatusForbidden)),
		before("proxy-auth", "407 with an HTML page, as a proxy asks for a password", htmlPage(http.StatusProxyAuthRequired)),
		before("redirect", "302 to a login page, as a captive portal does", redirect),
		before("html", "200 with an HTML page", htmlPage(http.StatusOK)),
		before("empty", "200 with an empty body", empty),
		before("json", "200 with a JSON body", json),
		before("garbage", "200 with random bytes", garbage),
		before("reset", "the connection is reset", noAnswer(deliverReset)),
		before("drop", "the connection is closed without an answer", noAnswer(deliverDrop)),
		before("hang", "no answer until the client goes away", noAnswer(deliverHang)),
		before("late-apply", "no answer; applied once the client has gone away", noAnswer(deliverLate)),

		after("lost-response", "applied, then the connection is reset", noAnswer(deliverReset)),
		after("drop-after", "applied, then the connection is closed without an answer", noAnswer(deliverDrop)),
		after("hang-after", "applied, then no answer until the client goes away", noAnswer(deliverHang)),
		after("unavailable-after", "applied, then 503 Unavailable", refuse("Unavailable")),
		after("internal-error-after", "applied, then 500 InternalError", refuse("InternalError")),
		after("gateway-timeout", "applied, then 504 with an HTML page", htmlPage(http.StatusGatewayTimeout)),
		after("html-after", "applied, then 200 with an HTML page", htmlPage(http.StatusOK)),
		after("empty-after", "applied, then 200 with an empty body", empty),
		after("json-after", "applied, then 200 with a JSON body", json),
		after("garbage-after", "applied, then 200 with random bytes", garbage),
		damaged("truncate", "applied; the body ends before its Content-Length", deliverAs(deliverTruncated)),
		damaged("half-document", "applied; a whole body with half of the XML document", halfDocument),
		damaged("stall", "applied; half of the body, then nothing until the client goes away", deliverAs(deliverStalled)),
		damaged("slow", "the right answer, a second late", deliverAs(deliverSlow)),
		after("duplicate", "delivered twice, as by a proxy that retries; the second answer", applyAgain),
		altered("wrong-vpc", "applied; the answer names another VPC", (*answer).nameAnotherVPC),
		altered("wrong-token", "applied; the answer echoes another client token", (*answer).echoAnotherToken),
		altered("no-token", "applied; the answer echoes no client token", (*answer).echoNoToken),
	}
}

// before returns a kind whose effect replaces the request.
func before(name, help string, effect func(*call) reply) faultKind {
	return faultKind{FaultKind: FaultKind{name, help}, effect: effect}
}

// after returns a kind that applies the request and replaces the answer.
func after(name, help string, effect func(*call) reply) faultKind {
	return before(name, help, func(c *call) reply {
		lost := c.answered(c.apply())
		p := effect(c)
		if p.status == 0 {
			p.status = lost.status // for the log
		}
		return p
	})
}

// damaged returns a kind that applies the request and damages the reply.
func damaged(name, help string, damage func(reply) reply) faultKind {
	return before(name, help, func(c *call) reply { return damage(c.answered(c.apply())) })
}

// altered returns a kind that applies a create and alters its answer.
func altered(name, help string, alter func(*answer)) faultKind {
	k := before(name, help, func(c *call) reply {
		a, err := c.apply()
		if err == nil {
			alter(a)
		}
		return c.answered(a, err)
	})
	k.tokens = true
	return k
}
