package sandbox

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Bucket is a token bucket, EC2's way to throttle: it starts full, each request takes one token, and it refills
// continuously. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
type Bucket struct {
	Capacity float64 // tokens at most
	Refill   float64 // tokens per second
}

// ParseBucket reads CAPACITY:REFILL, as in 50:5 or 10:0.5.
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

// String is what ParseBucket reads.
func (b Bucket) String() string {
	return strconv.FormatFloat(b.Capacity, 'g', -1, 64) + ":" + strconv.FormatFloat(b.Refill, 'g', -1, 64)
}

// A level is what one bucket holds.
type level struct {
	tokens float64
	at     time.Time
}

// throttled takes a token from the bucket of the action in its Region, or says that there is none.
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
	// The refill is a sum of fractions: what is a token but for a rounding error is a token.
	if l.tokens < 1-1e-9 {
		return true
	}
	l.tokens--
	return false
}
