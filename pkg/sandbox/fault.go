package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// A Fault strikes requests: as often as it is declared to, or with a probability. ParseFault makes one; the zero Fault
// never strikes.
type Fault struct {
	kind        *faultKind
	action      string  // "": any
	probability float64 // 0: counted
	count       int
}

// errorCode is how EC2 writes an error code; kinds of ours begin with a lower-case letter.
var errorCode = expression(`^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*$`)

// counted finds the count at the end of a fault that has no equals sign.
var counted = expression(`^(.+)(x[0-9]+)$`)

// ParseFault reads KIND[:ACTION][=PROBABILITY|=xCOUNT|xCOUNT]. KIND is one of Faults, or an EC2 error code, which
// begins with an upper-case letter. With an ACTION the fault strikes that action only. It strikes with the PROBABILITY
// of each request, or the first COUNT requests; the first one if neither is given.
func ParseFault(s string) (Fault, error) {
	what, amount, given := strings.Cut(s, "=")
	if m := counted().FindStringSubmatch(what); !given && m != nil {
		what, amount, given = m[1], m[2], true
	}
	name, action, limited := strings.Cut(what, ":")
	f := Fault{kind: findFault(name), action: action, count: 1}
	switch {
	case f.kind == nil:
		return Fault{}, fmt.Errorf("parsing fault %q: unknown kind %q: want %s, or an EC2 error code such as InternalError", s, name, anyOf(faultNames()))
	case limited && !slices.Contains(Actions(), action):
		return Fault{}, fmt.Errorf("parsing fault %q: unknown action %q: want %s", s, action, anyOf(Actions()))
	case limited && !f.kind.strikes(action):
		return Fault{}, fmt.Errorf("parsing fault %q: %s only makes sense on an action that takes a client token, not on %q", s, name, action)
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

// MustFaults parses faults that a program or a test writes down; it panics if one can't be parsed.
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

// String is what ParseFault reads.
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

func anyOf(names []string) string { return "one of " + strings.Join(names, ", ") }

// A drawer is a fault at work.
type drawer struct {
	Fault
	left int
}

// draw gives the first fault that strikes a request, if one does.
func (s *Sandbox) draw(c *call) *faultKind {
	for i := range s.faults {
		if s.faults[i].fires(c.action(), s.rng) {
			return s.faults[i].kind
		}
	}
	return nil
}

func (d *drawer) fires(action string, rng *rand.Rand) bool {
	switch {
	case d.kind == nil || d.action != "" && d.action != action || !d.kind.strikes(action):
		return false
	case d.probability > 0:
		return rng.Float64() < d.probability
	case d.left > 0:
		d.left--
		return true
	}
	return false
}
