package sandbox

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Bucket is a token bucket, the algorithm by which EC2 throttles. The bucket starts full, each request takes one token,
// and tokens refill continuously. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
type Bucket struct {
	Capacity float64 // maximum number of tokens
	Refill   float64 // tokens per second
}

// ParseBucket parses CAPACITY:REFILL, for example 50:5 or 10:0.5.
func ParseBucket(s string) (Bucket, error) {
	capacity, refill, ok := strings.Cut(s, ":")
	if !ok {
		return Bucket{}, fmt.Errorf("parsing bucket %q: want CAPACITY:REFILL, as in 50:5 for 50 requests and 5 more per second", s)
	}
	b := Bucket{}
	var err error
	if b.Capacity, err = strconv.ParseFloat(capacity, 64); err != nil || !(b.Capacity >= 1) || math.IsInf(b.Capacity, 0) {
		return Bucket{}, fmt.Errorf("parsing bucket %q: capacity %q is not a number of at least 1", s, capacity)
	}
	if b.Refill, err = strconv.ParseFloat(refill, 64); err != nil || !(b.Refill >= 0) || math.IsInf(b.Refill, 0) {
		return Bucket{}, fmt.Errorf("parsing bucket %q: refill %q is not a number of at least 0", s, refill)
	}
	return b, nil
}

// A level is the number of tokens in one bucket at a time.
type level struct {
	tokens float64
	at     time.Time
}

// throttled takes a token from the bucket of the action in its Region and reports whether the bucket was empty.
func (s *Sandbox) throttled(c *call) bool {
	b := s.config.Bucket
	if _, known := actions()[c.action()]; b == nil || !known || c.auth != nil {
		return false
	}
	buckets := c.home().buckets
	l, ok := buckets[c.action()]
	if !ok {
		l = &level{tokens: b.Capacity, at: c.now}
		buckets[c.action()] = l
	}
	l.tokens = min(b.Capacity, l.tokens+b.Refill*c.now.Sub(l.at).Seconds())
	l.at = c.now
	// The refill is a sum of fractions, so a whole token may be off by a rounding error.
	if l.tokens < 1-1e-9 {
		return true
	}
	l.tokens--
	return false
}
