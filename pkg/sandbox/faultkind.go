package sandbox

import (
	"net/http"
	"slices"
)

// A FaultKind is one way in which a network or a service fails.
type FaultKind struct {
	Name string
	Help string // one line
}

type faultKind struct {
	FaultKind
	tokens bool // only makes sense on an action that takes a client token
	strike func(*call) reply
}

func (k *faultKind) strikes(action string) bool { return !k.tokens || actions()[action].token }

// Faults lists the kinds of faults: first those before a request is applied, then those after it. EC2's error codes are
// kinds too, and not listed.
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

// findFault finds a kind by its name; nil if there is none.
func findFault(name string) *faultKind {
	kinds := faultKinds()
	if i := slices.IndexFunc(kinds, func(k faultKind) bool { return k.Name == name }); i >= 0 {
		return &kinds[i]
	}
	if errorCode().MatchString(name) {
		return &faultKind{FaultKind: FaultKind{Name: name}, strike: refuse(name)}
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
		before("reset", "the connection is reset", cutOff(deliverReset)),
		before("drop", "the connection is closed without an answer", cutOff(deliverDrop)),
		before("hang", "no answer until the client goes away", cutOff(deliverHang)),
		before("late-apply", "no answer; applied once the client has gone away", cutOff(deliverLate)),

		after("lost-response", "applied, then the connection is reset", cutOff(deliverReset)),
		after("drop-after", "applied, then the connection is closed without an answer", cutOff(deliverDrop)),
		after("hang-after", "applied, then no answer until the client goes away", cutOff(deliverHang)),
		after("unavailable-after", "applied, then 503 Unavailable", refuse("Unavailable")),
		after("internal-error-after", "applied, then 500 InternalError", refuse("InternalError")),
		after("gateway-timeout", "applied, then 504 with an HTML page", htmlPage(http.StatusGatewayTimeout)),
		after("html-after", "applied, then 200 with an HTML page", htmlPage(http.StatusOK)),
		after("empty-after", "applied, then 200 with an empty body", empty),
		after("json-after", "applied, then 200 with a JSON body", json),
		after("garbage-after", "applied, then 200 with random bytes", garbage),
		spoiled("truncate", "applied; the body ends before its Content-Length", sent(deliverTruncated)),
		spoiled("half-document", "applied; a whole body with half of the XML document", half),
		spoiled("stall", "applied; half of the body, then nothing until the client goes away", sent(deliverStalled)),
		spoiled("slow", "the right answer, a second late", sent(deliverSlow)),
		after("duplicate", "delivered twice, as by a proxy that retries; the second answer", again),
		forged("wrong-vpc", "applied; the answer names another VPC", (*answer).nameAnotherVPC),
		forged("wrong-token", "applied; the answer echoes another client token", (*answer).echoAnotherToken),
		forged("no-token", "applied; the answer echoes no client token", (*answer).echoNoToken),
	}
}

// before is a fault that strikes a request on its way.
func before(name, help string, strike func(*call) reply) faultKind {
	return faultKind{FaultKind: FaultKind{name, help}, strike: strike}
}

// after is a fault that takes the place of the answer.
func after(name, help string, strike func(*call) reply) faultKind {
	return before(name, help, func(c *call) reply {
		unheard := c.answered(c.apply())
		p := strike(c)
		if p.status == 0 {
			p.status = unheard.status // for the log
		}
		return p
	})
}

// spoiled is a fault that strikes the answer on its way.
func spoiled(name, help string, spoil func(reply) reply) faultKind {
	return before(name, help, func(c *call) reply { return spoil(c.answered(c.apply())) })
}

// forged is a fault within the answer of a create.
func forged(name, help string, forge func(*answer)) faultKind {
	k := before(name, help, func(c *call) reply {
		a, err := c.apply()
		if err == nil {
			forge(a)
		}
		return c.answered(a, err)
	})
	k.tokens = true
	return k
}
