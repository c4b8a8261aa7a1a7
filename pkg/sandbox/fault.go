package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A Fault is a failure that the sandbox injects a number of times or with a probability. ParseFault returns one; the zero
// Fault has no effect.
type Fault struct {
	kind        *FaultKind
	action      string  // "": any
	probability float64 // 0: counted
	count       int     // in a running sandbox, the remaining number
}

// errorCode matches an EC2 error code. The names of FaultKinds begin with a lower-case letter.
var errorCode = expression(`^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*$`)

// counted matches a fault with a count but without an equals sign, such as throttlex4.
var counted = expression(`^(.+)(x[0-9]+)$`)

// ParseFault parses KIND[:ACTION][=PROBABILITY|=xCOUNT|xCOUNT]. KIND is the name of one of Faults or an EC2 error code,
// which begins with an upper-case letter. With an ACTION, the fault affects only requests for that action. The fault
// affects each request with the PROBABILITY, or the first COUNT requests; the default is the first request.
func ParseFault(s string) (Fault, error) {
	what, amount, given := strings.Cut(s, "=")
	if m := counted().FindStringSubmatch(what); !given && m != nil {
		what, amount, given = m[1], m[2], true
	}
	name, action, limited := strings.Cut(what, ":")
	f := Fault{kind: findFault(name), action: action, count: 1}
	_, served := actions()[action]
	switch {
	case f.kind == nil:
		var names []string
		for _, k := range Faults() {
			names = append(names, k.Name)
		}
		return Fault{}, fmt.Errorf("parsing fault %q: unknown kind %q: want one of %s, or an EC2 error code such as InternalError", s, name, strings.Join(names, ", "))
	case limited && !served:
		return Fault{}, fmt.Errorf("parsing fault %q: unknown action %q: want an action that the sandbox serves, such as CreateRouteTable", s, action)
	case limited && !f.kind.affects(action):
		return Fault{}, fmt.Errorf("parsing fault %q: %s has no effect on %q", s, name, action)
	}
	if !given {
		return f, nil
	}
	if digits, ok := strings.CutPrefix(amount, "x"); ok {
		n, err := strconv.ParseUint(digits, 10, 31)
		if err != nil || n == 0 {
			return Fault{}, fmt.Errorf("parsing fault %q: count %q is not a whole number of at least 1", s, digits)
		}
		f.count = int(n)
		return f, nil
	}
	p, err := strconv.ParseFloat(amount, 64)
	if err != nil || !(p > 0 && p <= 1) {
		return Fault{}, fmt.Errorf("parsing fault %q: probability %q is not above 0 and at most 1 (a count is written x3)", s, amount)
	}
	f.probability, f.count = p, 0
	return f, nil
}

// MustFaults parses the faults and panics if one is invalid.
func MustFaults(specs ...string) []Fault {
	var out []Fault
	for _, spec := range specs {
		f, err := ParseFault(spec)
		if err != nil {
			panic("sandbox: " + err.Error())
		}
		out = append(out, f)
	}
	return out
}

// String returns the form that ParseFault parses.
func (f Fault) String() string {
	if f.kind == nil {
		return ""
	}
	s := f.kind.Name
	if f.action != "" {
		s += ":" + f.action
	}
	if f.probability > 0 {
		return s + "=" + strconv.FormatFloat(f.probability, 'g', -1, 64)
	}
	return s + "=x" + strconv.Itoa(f.count)
}

// nextFault returns the kind of the first fault that takes effect on the request; nil if there is none.
func (s *Sandbox) nextFault(c *call) *FaultKind {
	for i := range s.faults {
		if s.faults[i].fires(c.action(), s.rng) {
			return s.faults[i].kind
		}
	}
	return nil
}

func (f *Fault) fires(action string, rng *rand.Rand) bool {
	switch {
	case f.kind == nil || f.action != "" && f.action != action || !f.kind.affects(action):
		return false
	case f.probability > 0:
		return rng.Float64() < f.probability
	case f.count > 0:
		f.count--
		return true
	}
	return false
}
