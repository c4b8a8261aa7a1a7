package retry

import (
	"fmt"
	"time"
)

// A Policy says how long, how often and with what waits an intent is tried. Its words are those of
// [github.com/cenkalti/backoff/v4.ExponentialBackOff].
type Policy struct {
	MaxAttempts    int           // attempts in all, the first included; at least 1
	MaxElapsedTime time.Duration // the time for all attempts and waits; 0: no limit
	AttemptTimeout time.Duration // the time for one attempt; 0: no limit but MaxElapsedTime

	Grace time.Duration // how long a refusal is not final of what may only not be visible yet; 0: it is at once

	InitialInterval     time.Duration // the interval before the first retry
	MaxInterval         time.Duration // no interval grows over this
	Multiplier          float64       // by which the interval grows from retry to retry; at least 1
	RandomizationFactor float64       // the wait is drawn from interval·(1±factor); 1, from 0 to 2·interval, is full jitter

	Rand func() float64 // draws from [0,1) for the jitter; nil: math/rand/v2
}

// ThrottleFactor is how many times longer than InitialInterval the first wait after a throttled attempt is: the buckets
// of EC2's API refill by the second. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
const ThrottleFactor = 10

// DefaultPolicy is the policy of a create of which nothing else is said.
func DefaultPolicy() Policy {
	return Policy{
		MaxAttempts:    20,
		MaxElapsedTime: 5 * time.Minute,
		AttemptTimeout: 20 * time.Second,

		InitialInterval:     100 * time.Millisecond,
		MaxInterval:         20 * time.Second,
		Multiplier:          2,
		RandomizationFactor: 1,
	}
}

// Validate reports the first value that makes no sense, in the name of its flag.
func (p Policy) Validate() error {
	if p.MaxAttempts < 1 {
		return fmt.Errorf("--max-attempts must be at least 1, not %d", p.MaxAttempts)
	}
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{
		{"max-elapsed-time", p.MaxElapsedTime}, {"attempt-timeout", p.AttemptTimeout},
		{"vpc-grace", p.Grace}, {"initial-interval", p.InitialInterval}, {"max-interval", p.MaxInterval},
	} {
		if d.value < 0 {
			return fmt.Errorf("--%s must not be negative, as %s is", d.flag, d.value)
		}
	}
	if !(p.Multiplier >= 1 && p.Multiplier <= 1e6) { // written so that NaN fails
		return fmt.Errorf("--multiplier must be at least 1, not %v", p.Multiplier)
	}
	if !(p.RandomizationFactor >= 0 && p.RandomizationFactor <= 1) {
		return fmt.Errorf("--randomization-factor must be from 0 to 1, not %v", p.RandomizationFactor)
	}
	return nil
}
