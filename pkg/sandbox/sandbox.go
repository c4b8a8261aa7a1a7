// Package sandbox implements an EC2-compatible endpoint as an http.Handler. It keeps state, treats client tokens as EC2
// does, throttles, and injects faults before or after it applies a change.
//
// The sandbox follows the rules of the EC2 Query API (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/) and shares
// no code with any client, so it can test any EC2 client: an SDK, the AWS CLI, awsidem. It serves all actions that create
// something under a client token, and the actions that describe and delete these resources, VPCs and tags. It has one account and
// every Region. Every Region starts with two VPCs. The resources live in memory and end with the process.
//
// Guarantees:
//   - The same Config.Seed and the same order of requests produce the same ids, request ids and faults.
//   - The sandbox applies one request at a time, completely or not at all: concurrent requests with one client token
//     create one resource.
//   - The sandbox reads the Region from a request's credentials. It does not check, log or keep the credentials.
//   - The sandbox starts no goroutine and reads the time only through package time, so it runs inside a testing/synctest
//     bubble.
//
// The names of parameters and elements are those of AWS's model (table.jsonl). The sandbox does not check most of what EC2 requires
// beyond the model. In particular:
//   - An answer shows a resource's id, state and tags, and those members of the request that EC2's answer repeats.
//   - A VPC that a create names must exist, and so must a launch template that a create names by its name. A create may name any other
//     resource by an id that the sandbox never had, but not by the id of a resource that was deleted or is not visible yet.
//   - If AWS documents filters for a Describe action, the action accepts these filters only. Otherwise it accepts any filter.
//   - For instances, volumes, Dedicated Hosts and Capacity Reservations, the same client token in another Availability Zone is another
//     token: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
//   - If AWS documents no prefix for the ids of a kind, the sandbox has an invented prefix.
//
// If AWS does not document the answer to a request, the sandbox returns the answer that is hardest for a client to handle.
// [Config.TokenTTL] describes the most important case.
//
// The package depends on the standard library only. Some faults end the HTTP exchange without an answer. To do so, a handler panics with
// http.ErrAbortHandler: serve a Sandbox with an http.Server, not with an httptest.ResponseRecorder.
package sandbox

import (
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Account is the AWS account that owns every resource of a sandbox.
const Account = "141035231386"

// The VPCs that every Region starts with.
const (
	DefaultVPC = "vpc-00c84bd9dcad1d728" // 172.31.0.0/16, the default VPC
	OtherVPC   = "vpc-03683f950edba6643" // 10.0.0.0/16
)

// Config configures a sandbox. With the zero Config there are no faults, no delays and no throttling.
type Config struct {
	// Seed seeds the random source of ids, request ids and faults.
	Seed uint64
	// Faults are the faults to inject. For each request, the first fault in this order that applies takes effect.
	Faults []Fault
	// Bucket is the token bucket of each action in each Region; nil disables throttling.
	Bucket *Bucket
	// TokenTTL is how long the sandbox remembers a client token after its first use; 0 means forever. AWS documents
	// neither this time nor the answer to a replay after the resource was deleted. The sandbox repeats the original
	// answer, so only Describe shows that the resource no longer exists.
	TokenTTL time.Duration
	// VisibilityLag is how long a new resource stays invisible to every request except a replay of its own create, as
	// EC2's eventual consistency allows.
	VisibilityLag time.Duration
	// StateLag is how long a new resource is pending. After it, the resource is usable, or has failed. AWS documents no such
	// time.
	StateLag time.Duration
	// IgnoreTokens accepts client tokens, ignores them and never echoes them, as moto and LocalStack do.
	IgnoreTokens bool
	// Log receives one line per request, without times or credentials; nil disables it.
	Log io.Writer
}

// A Sandbox is an EC2-compatible endpoint. It is safe for concurrent use.
type Sandbox struct {
	config Config

	mu      sync.Mutex // held while a request is applied, never while its answer is sent
	rng     *rand.Rand
	faults  []Fault
	regions map[string]*region
	seq     int         // number of resources so far; it orders them
	made    []*resource // resources that clients created
	number  int         // number of requests so far
	report  Report
}

// New returns a sandbox whose Regions contain only their initial VPCs.
func New(config Config) *Sandbox {
	s := &Sandbox{
		config:  config,
		rng:     rand.New(rand.NewPCG(config.Seed, 0x61777369_64656d)), // #nosec G404 -- the sequence must be repeatable; the second half is arbitrary, but fixed
		regions: map[string]*region{},
		faults:  slices.Clone(config.Faults),
		report:  Report{Calls: map[string]int{}, Faults: map[string]int{}, Created: map[string]int{}, Deleted: map[string]int{}},
	}
	for _, f := range config.Faults {
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
		panic(http.ErrAbortHandler) // the request is incomplete, and a plain return would answer it with 200
	}
	p := s.judge(c)
	if p.delivery == deliverLate {
		<-r.Context().Done()
		s.applyLate(c)
	}
	p.deliver(w, r)
}

// judge applies a request, unless a fault or the throttle stops it, and returns the reply.
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

// outcome returns the reply of a request. It checks the throttle before the faults, so that a throttled request uses up no counted fault.
func (s *Sandbox) outcome(c *call) reply {
	if s.throttled(c) {
		s.report.Throttled++
		return c.failed(fail("RequestLimitExceeded", ""))
	}
	k := s.nextFault(c)
	if k == nil {
		return c.applied()
	}
	c.fault = k.Name
	s.report.Faults[k.Name]++
	return k.effect(c)
}

// applyLate applies a request after its client disconnected, as a queueing proxy may do.
func (s *Sandbox) applyLate(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = time.Now()
	c.log(c.applied())
}

// Report returns the counts so far.
func (s *Sandbox) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.report.clone()
}

// Resources returns every resource that clients created, including deleted ones, in the order of creation.
func (s *Sandbox) Resources() []Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Resource, len(s.made))
	for i, r := range s.made {
		out[i] = r.Resource
		out[i].Tags = maps.Clone(r.Tags)
	}
	return out
}
