package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A guarantee is what is asked of a create beyond the request itself.
type guarantee struct {
	policy retry.Policy
	window ageFlag // how long EC2 is trusted to remember a token

	wait, noWait bool
	waitTimeout  time.Duration

	log        *journal.Journal // nil: nothing is recorded
	keepsToken bool             // the token outlives this process without a record: it was given, or derives from a key

	connection []string // the flags of connectionFlags, for a hint

	together *together // what many creates share; nil: this is one alone
}

// register adds the flags of the guarantee that every command that creates has.
func (g *guarantee) register(f *pflag.FlagSet) {
	g.policy, g.window = retry.DefaultPolicy(), ageFlag(24*time.Hour)
	p := &g.policy
	f.IntVar(&p.MaxAttempts, "max-attempts", p.MaxAttempts, "how many attempts there may be, the first included (AWS_MAX_ATTEMPTS)")
	f.DurationVar(&p.MaxElapsedTime, "max-elapsed-time", p.MaxElapsedTime, "the time for all attempts and waits, 0 for no limit but --token-window")
	f.DurationVar(&p.AttemptTimeout, "attempt-timeout", p.AttemptTimeout, "the time for one attempt, 0 for no limit")
	f.DurationVar(&p.InitialInterval, "initial-interval", p.InitialInterval, "the wait before the first retry; ten times that after a throttle")
	f.DurationVar(&p.MaxInterval, "max-interval", p.MaxInterval, "the interval grows no longer than this; a wait is drawn around it, and so at most twice as long")
	f.Float64Var(&p.Multiplier, "multiplier", p.Multiplier, "by which the wait grows from retry to retry")
	f.Float64Var(&p.RandomizationFactor, "randomization-factor", p.RandomizationFactor, "how random waits are: each is drawn from wait*(1-factor) to wait*(1+factor)")
	f.DurationVar(&p.Grace, "vpc-grace", p.Grace, "try again for this time if the VPC is not found: it may have been made a moment ago")
	f.BoolVar(&g.wait, "wait", true, "end only when Describe shows the resource")
	f.BoolVar(&g.noWait, "no-wait", false, "end as soon as it is created, though the next command may not see it yet")
	f.DurationVar(&g.waitTimeout, "wait-timeout", 5*time.Minute, "how long --wait waits, 0 for no limit")
	f.Var(&g.window, "token-window", "how long EC2 is trusted to remember a token: what is older is not sent again, but for --ensure")
	for _, name := range []string{
		"max-attempts", "max-elapsed-time", "attempt-timeout", "initial-interval", "max-interval", "multiplier", "randomization-factor",
		"vpc-grace", "wait", "no-wait", "wait-timeout", "token-window",
	} {
		envDefault(f, name)
	}
}

// read takes what the flags and the environment say, and checks it.
func (g *guarantee) read(a *app, f *pflag.FlagSet) error {
	if f.Changed("wait") && f.Changed("no-wait") {
		return &usageError{err: errors.New("--wait and --no-wait exclude each other")}
	}
	if err := g.validate(); err != nil {
		return &usageError{err: err}
	}
	if err := a.fromEnvironment(f, g.validate); err != nil {
		return err
	}
	if f.Changed("wait") {
		g.noWait = false
	}
	g.wait = g.wait && !g.noWait
	// One run, too, sends a token no longer than EC2 is trusted to remember it.
	if window := time.Duration(g.window); window > 0 && (g.policy.MaxElapsedTime == 0 || g.policy.MaxElapsedTime > window) {
		g.policy.MaxElapsedTime = window
	}
	return nil
}

// validate reports the first value that makes no sense, in the name of its flag.
func (g *guarantee) validate() error {
	if g.waitTimeout < 0 {
		return fmt.Errorf("--wait-timeout must not be negative, as %s is", g.waitTimeout)
	}
	return g.policy.Validate()
}

// envFlag annotates the flags whose default can be set in the environment, with the variables, the first one set counts.
const envFlag = "awsidem_env"

// envDefault lets AWSIDEM_NAME be the default of --name. Each awsidem flag has one, but for those that name an intent:
// in the environment of a script they would turn all its creates into one.
func envDefault(f *pflag.FlagSet, name string) {
	variables := []string{"AWSIDEM_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))}
	if name == "max-attempts" {
		variables = append(variables, "AWS_MAX_ATTEMPTS")
	}
	f.Lookup(name).Annotations = map[string][]string{envFlag: variables}
}

// fromEnvironment sets the flags that were not given and that the environment has a default for, which validate must accept.
func (a *app) fromEnvironment(f *pflag.FlagSet, validate func() error) error {
	var err error
	f.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || err != nil {
			return
		}
		for _, variable := range flag.Annotations[envFlag] {
			value := a.getenv(variable)
			if value == "" {
				continue
			}
			if flag.Value.Set(value) != nil {
				err = &configError{fmt.Errorf("%s: bad value %q: --%s takes %s", variable, value, flag.Name, valueHelp(flag))}
			} else if invalid := validate(); invalid != nil {
				err = &configError{fmt.Errorf("%s: %w", variable, invalid)}
			}
			return
		}
	})
	return err
}
