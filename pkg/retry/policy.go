package retry

import (
	"fmt"
	"time"
)

// A Policy limits the attempts of an intent and sets the waits between them. MaxElapsedTime and the fields from InitialInterval to
// RandomizationFactor have the names of the fields of [github.com/cenkalti/backoff/v4.ExponentialBackOff].
type Policy struct {
	MaxAttempts    int           // the limit of attempts, the first included; at least 1
	MaxElapsedTime time.Duration // the limit for all attempts and waits together; 0: no limit
	AttemptTimeout time.Duration // the limit for one attempt; 0: no limit but MaxElapsedTime

	Grace time.Duration // attempts with NotYet are retried for this time after the loop's start; 0: never

	InitialInterval     time.Duration // the interval before the first retry
	MaxInterval         time.Duration // the limit of the interval
	Multiplier          float64       // the factor by which the interval grows from retry to retry; from 1 to 1e6
	RandomizationFactor float64       // from 0 to 1: a wait is random in interval·(1±factor); 1 is full jitter, from 0 to 2·interval

	Rand func() float64 // returns a random number in [0,1) for the jitter; nil: math/rand/v2
}

// ThrottleFactor is the factor by which the interval after a first throttled attempt is longer than InitialInterval, within MaxInterval.
// With the default InitialInterval of 100 ms, that interval is a second: EC2's token buckets refill once a second. See
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
const ThrottleFactor = 10

// DefaultPolicy returns the policy of a single create: 20 attempts in 5 minutes, with full jitter.
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

// Validate returns an error that names the flag of the first bad value.
func (p Policy) Validate() error {
	if p.MaxAttempts < 1 {
		return fmt.Errorf("--max-attempts must be at least 1, not %d", p.MaxAttempts)
	}
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{
		{"max-elapsed-time", p.MaxElapsedTime}, {"attempt-timeout", p.AttemptTimeout},
		{"grace", p.Grace}, {"initial-interval", p.InitialInterval}, {"max-interval", p.MaxInterval},
	} {
		if d.value < 0 {
			return fmt.Errorf("--%s must not be negative, as %s is", d.flag, d.value)
		}
	}
	if !(p.Multiplier >= 1 && p.Multiplier <= 1e6) { // NaN fails, too
		return fmt.Errorf("--multiplier must be from 1 to 1000000, not %v", p.Multiplier)
	}
	if !(p.RandomizationFactor >= 0 && p.RandomizationFactor <= 1) {
		return fmt.Errorf("--randomization-factor must be from 0 to 1, not %v", p.RandomizationFactor)
	}
	return nil
}
