package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An ageFlag is a flag for a duration that can be given in days.
type ageFlag time.Duration

func (a *ageFlag) String() string { return time.Duration(*a).String() }
func (a *ageFlag) Type() string   { return "age" }

const (
	day     = 24 * time.Hour
	maxDays = 100_000
	maxAge  = maxDays * day // the most that an ageFlag takes in days
)

// Set parses a number of days such as 30d, or a duration as time.ParseDuration does.
func (a *ageFlag) Set(s string) error {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || !(n >= 0 && n <= maxDays) {
			return fmt.Errorf("%q is not a number of days", s)
		}
		*a = ageFlag(n * float64(day))
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return err
	}
	if d < 0 {
		return fmt.Errorf("%s is negative", d)
	}
	*a = ageFlag(d)
	return nil
}
