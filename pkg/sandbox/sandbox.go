// Package sandbox is an EC2-compatible endpoint in one process: an http.Handler with state, client tokens as EC2 treats
// them, throttling, and faults that strike before or after a change is applied.
//
// It is written from the rules of the EC2 Query API (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/), not from
// any client, so that any EC2 client can be judged with it: an SDK, the AWS CLI, awsidem. It knows VPCs, route tables,
// network ACLs and their tags, in any number of Regions, of one account. Every Region starts with two VPCs. State lives
// in memory and ends with the process.
//
// What it promises:
//   - The same Config.Seed and the same order of requests give the same run: ids, request ids and faults.
//   - A request is applied whole or not at all, and one at a time: concurrent requests with one client token make one
//     resource.
//   - Credentials are read for their Region only. They are not checked, logged or kept.
//   - It starts no goroutine and reads time through package time alone, so it runs inside a testing/synctest bubble.
//
// Where AWS documents nothing, it takes the answer that is hardest on a client: see Config.TokenTTL, and the note on
// deleted resources there.
//
// It depends on the standard library only. A fault may abort the HTTP exchange by panicking with http.ErrAbortHandler,
// as net/http asks of a handler: serve it with an http.Server, not with a bare httptest.ResponseRecorder.
package sandbox

import (
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Account is the AWS account that owns everything in a sandbox.
const Account = "141035231386"

// The VPCs that every Region has from the start.
const (
	DefaultVPC = "vpc-00c84bd9dcad1d728" // 172.31.0.0/16, the default VPC
	OtherVPC   = "vpc-03683f950edba6643" // 10.0.0.0/16
)

// Config says how a sandbox behaves. The zero Config is EC2 on a good day.
type Config struct {
	// Seed makes a run repeatable.
	Seed uint64
	// Faults are drawn for each request in this order; the first that fires is given.
	Faults []Fault
	// Bucket throttles each action of each Region on its own; nil: nothing is throttled.
	Bucket *Bucket
	// TokenTTL is how long a client token is remembered after its first use; 0: forever. AWS does not document how
	// long that is, nor what a replay answers once the resource was deleted: here it is the original answer, naming an
	// id that is gone, which a careful client finds out by Describe.
	TokenTTL time.Duration
	// VisibilityLag is how long a new resource stays unseen by every request but a replay of its own create, as EC2's
	// eventual consistency allows.
	VisibilityLag time.Duration
	// IgnoreTokens takes client tokens without a look and never echoes them, as moto and LocalStack do.
	IgnoreTokens bool
	// Log gets one line a request, without times or credentials; nil: none.
	Log io.Writer
}

// A Sandbox is an EC2-compatible endpoint. Its methods may be called from any goroutine.
type Sandbox struct {
	config Config

	mu      sync.Mutex // held while a request is judged and applied, never while it is answered
	rng     *rand.Rand
	faults  []drawer
	regions map[string]*region
	seq     int         // resources so far, which orders them
	made    []*resource // those that clients asked for
	number  int         // requests so far
	report  Report
}

// New makes a sandbox without any state but the VPCs that every Region starts with.
func New(config Config) *Sandbox {
	s := &Sandbox{
		config:  config,
		rng:     rand.New(rand.NewPCG(config.Seed, 0x61777369_64656d)), // #nosec G404 -- it must repeat itself; the second half is arbitrary, but fixed
		regions: map[string]*region{},
		report:  newReport(),
	}
	for _, f := range config.Faults {
		s.faults = append(s.faults, drawer{Fault: f, left: f.count})
		if f.kind != nil {
			s.report.Faults[f.kind.Name] = 0
		}
	}
	return s
}

// ServeHTTP answers one EC2 Query API request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := newCall(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the request did not arrive whole: a return would answer it with 200
	}
	p := s.judge(c)
	if p.delivery == deliverLate {
		<-r.Context().Done()
		s.applyLate(c)
	}
	p.deliver(w, r)
}

// judge decides what a request gets, and applies it if it gets that far.
func (s *Sandbox) judge(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	c.sandbox, c.number, c.id, c.now = s, s.number, s.uuid(), time.Now()
	s.report.Calls[c.label()]++

	p := s.outcome(c)
	c.log(p)
	return p
}

// outcome asks the throttle first: a throttled request draws no fault, so that a counted fault always meets a request
// that EC2 would have taken.
func (s *Sandbox) outcome(c *call) reply {
	if s.throttled(c) {
		s.report.Throttled++
		return c.failed(fail("RequestLimitExceeded", ""))
	}
	k := s.draw(c)
	if k == nil {
		return c.answered(c.apply())
	}
	c.fault = k.Name
	s.report.Faults[k.Name]++
	return k.strike(c)
}

// applyLate applies a request whose client has gone, as a queue in between may do.
func (s *Sandbox) applyLate(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = time.Now()
	c.log(c.answered(c.apply()))
}

// Report says what has happened so far.
func (s *Sandbox) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.report.clone()
}

// Resources lists what clients have made so far, in the order of its making, deleted ones too.
func (s *Sandbox) Resources() []Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Resource, len(s.made))
	for i, r := range s.made {
		out[i] = r.export()
	}
	return out
}
