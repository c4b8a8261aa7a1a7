package sandbox

import (
	"net/http"
	"slices"
)

// A FaultKind is one kind of failure of a network or a service.
type FaultKind struct {
	Name string
	Help string // one line

	on     func(*create) bool // creates that it affects; nil if it affects every action
	effect func(*call) reply  // returns the reply to the client
}

// affects reports whether the fault has an effect on an action.
func (k *FaultKind) affects(action string) bool {
	if k.on == nil {
		return true
	}
	cr := names().creates[action]
	return cr != nil && k.on(cr)
}

// findFault returns the kind with that name or EC2 error code; nil if there is none.
func findFault(name string) *FaultKind {
	kinds, is := Faults(), name
	if name == "wrong-vpc" { // the old name of wrong-parameter
		is = "wrong-parameter"
	}
	if i := slices.IndexFunc(kinds, func(k FaultKind) bool { return k.Name == is }); i >= 0 {
		kinds[i].Name = name
		return &kinds[i]
	}
	if errorCode().MatchString(name) {
		return &FaultKind{Name: name, effect: refuse(name)}
	}
	return nil
}

// Faults returns the kinds of faults. The kinds that take effect before a request is applied come first. Faults does not list EC2's error codes,
// which ParseFault accepts, too.
func Faults() []FaultKind {
	return []FaultKind{
		before("throttle", "503 RequestLimitExceeded, as EC2 throttles", refuse("RequestLimitExceeded")),
		before("throttle-retry-after", "503 RequestLimitExceeded with Retry-After: 1", retryAfter(refuse("RequestLimitExceeded"))),
		before("throttling", "400 Throttling, as other AWS services throttle", refuse("Throttling")),
		before("too-many-requests", "429 with an HTML page, as a gateway throttles", htmlPage(http.StatusTooManyRequests)),
		before("unavailable", "503 Unavailable", refuse("Unavailable")),
		before("internal-error", "500 InternalError", refuse("InternalError")),
		before("bad-gateway", "502 with an HTML page", htmlPage(http.StatusBadGateway)),
		before("forbidden-page", "403 with an HTML page, as from a firewall", htmlPage(http.StatusForbidden)),
		before("proxy-auth", "407 with an HTML page, as from a proxy that requires a password", htmlPage(http.StatusProxyAuthRequired)),
		before("redirect", "302 to a login page, as a captive portal does", redirect),
		before("html", "200 with an HTML page", htmlPage(http.StatusOK)),
		before("empty", "200 with an empty body", empty),
		before("json", "200 with a JSON body", jsonBody),
		before("garbage", "200 with random bytes", garbage),
		before("reset", "the connection is reset", noAnswer(deliverReset)),
		before("drop", "the connection is closed without an answer", noAnswer(deliverDrop)),
		before("hang", "no answer until the client disconnects", noAnswer(deliverHang)),
		before("late-apply", "no answer; applied after the client disconnected", noAnswer(deliverLate)),

		after("lost-response", "applied, then the connection is reset", noAnswer(deliverReset)),
		after("drop-after", "applied, then the connection is closed without an answer", noAnswer(deliverDrop)),
		after("hang-after", "applied, then no answer until the client disconnects", noAnswer(deliverHang)),
		after("unavailable-after", "applied, then 503 Unavailable", refuse("Unavailable")),
		after("internal-error-after", "applied, then 500 InternalError", refuse("InternalError")),
		after("gateway-timeout", "applied, then 504 with an HTML page", htmlPage(http.StatusGatewayTimeout)),
		after("html-after", "applied, then 200 with an HTML page", htmlPage(http.StatusOK)),
		after("empty-after", "applied, then 200 with an empty body", empty),
		after("json-after", "applied, then 200 with a JSON body", jsonBody),
		after("garbage-after", "applied, then 200 with random bytes", garbage),
		damaged("truncate", "applied; the body ends before its Content-Length", deliverAs(deliverTruncated)),
		damaged("half-document", "applied; a complete body with half of the XML document", halfDocument),
		damaged("stall", "applied; half of the body, then nothing until the client disconnects", deliverAs(deliverStalled)),
		damaged("slow", "applied; the correct answer, one second late", deliverAs(deliverSlow)),
		after("duplicate", "applied twice, as by a proxy that retries; the client gets the second answer", (*call).applied),
		altered("wrong-parameter", "applied; the answer names other parameters, such as another VPC", repeatsParameters, nameOtherParameters),
		altered("wrong-token", "applied; the answer echoes another client token", repeatsToken, echoAnotherToken),
		altered("no-token", "applied; the answer echoes no client token", repeatsToken, echoNoToken),
		some("failed-state", "applied; the resource fails instead of becoming usable", canFail, func(c *call) { c.failing = true }),
		some("partial-success", "applied in part; the answer names what was not created", canSucceedInPart, func(c *call) { c.partial = true }),
	}
}

// repeatsParameters reports whether the answer of a create repeats parameters of the request.
func repeatsParameters(cr *create) bool {
	return slices.ContainsFunc(cr.Echo, func(m member) bool { return m.shape == "" })
}

// repeatsToken reports whether the answer of a create has the client token.
func repeatsToken(cr *create) bool {
	_, inResource := cr.Echo.find(cr.Token)
	return cr.EchoesToken || inResource
}

func canFail(cr *create) bool { return cr.kind.Failed != "" }

func canSucceedInPart(cr *create) bool {
	return cr.Action == "CreateFlowLogs" || cr.Action == "CreateFleet"
}

// before returns a kind whose effect replaces the request.
func before(name, help string, effect func(*call) reply) FaultKind {
	return FaultKind{Name: name, Help: help, effect: effect}
}

// after returns a kind that applies the request and replaces the answer.
func after(name, help string, effect func(*call) reply) FaultKind {
	return before(name, help, func(c *call) reply {
		lost := c.applied()
		p := effect(c)
		if p.status == 0 {
			p.status = lost.status // for the log
		}
		return p
	})
}

// damaged returns a kind that applies the request and damages the reply.
func damaged(name, help string, damage func(reply) reply) FaultKind {
	return before(name, help, func(c *call) reply { return damage(c.applied()) })
}

// altered returns a kind that applies some creates and alters their answer.
func altered(name, help string, on func(*create) bool, alter func(*node, *create)) FaultKind {
	return FaultKind{Name: name, Help: help, on: on, effect: func(c *call) reply {
		a, err := c.apply()
		if err == nil {
			copied := a.clone() // not the original, which a replay repeats
			a = &copied
			alter(a, names().creates[c.action()])
		}
		return c.answered(a, err)
	}}
}

// some returns a kind that changes how some creates are applied.
func some(name, help string, on func(*create) bool, change func(*call)) FaultKind {
	return FaultKind{Name: name, Help: help, on: on, effect: func(c *call) reply {
		change(c)
		return c.applied()
	}}
}
