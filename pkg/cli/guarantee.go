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

// A guarantee holds the options of a create beyond the request itself.
type guarantee struct {
	policy retry.Policy
	window ageFlag // --token-window

	wait, noWait bool
	waitFor      string // "usable", "visible", or "" for the operation's default
	waitTimeout  time.Duration

	log        *journal.Journal // nil if the journal is off
	keepsToken bool             // whether the token outlives this process without a record: it was given, or derives from a key

	connection []string // what connectionFlags returns, for a hint that names awsidem resume
}

// register adds the flags of the guarantee, which every command that creates has. Each flag has an environment variable.
func (g *guarantee) register(all *pflag.FlagSet) {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	g.policy, g.window = retry.DefaultPolicy(), ageFlag(24*time.Hour)
	p := &g.policy
	f.IntVar(&p.MaxAttempts, "max-attempts", p.MaxAttempts, "the limit of attempts, including the first one (AWS_MAX_ATTEMPTS)")
	f.DurationVar(&p.MaxElapsedTime, "max-elapsed-time", p.MaxElapsedTime, "the time limit of all attempts and waits together; 0 for no limit but --token-window")
	f.DurationVar(&p.AttemptTimeout, "attempt-timeout", p.AttemptTimeout, "the time limit of one attempt; 0 for no limit")
	f.DurationVar(&p.InitialInterval, "initial-interval", p.InitialInterval, "the interval before the first retry; ten times as long after a throttle")
	f.DurationVar(&p.MaxInterval, "max-interval", p.MaxInterval, "the limit of the interval; a random wait can be twice as long")
	f.Float64Var(&p.Multiplier, "multiplier", p.Multiplier, "the factor by which the interval grows from retry to retry")
	f.Float64Var(&p.RandomizationFactor, "randomization-factor", p.RandomizationFactor,
		"the randomness of waits: each wait is between interval*(1-factor) and interval*(1+factor)")
	f.DurationVar(&p.Grace, "grace", p.Grace,
		"if EC2 does not find a resource that the parameters name, such as a new VPC, retry for this long")
	f.DurationVar(&p.Grace, "vpc-grace", p.Grace, "the old name of --grace")
	f.Lookup("vpc-grace").Hidden = true
	f.BoolVar(&g.wait, "wait", true, "end only when Describe shows the resource, in the state of --wait-for")
	f.BoolVar(&g.noWait, "no-wait", false, "end as soon as the resource is created; the next command may not see it yet")
	f.StringVar(&g.waitFor, "wait-for", "", "usable: wait for a state in which the next command can use the resource; "+
		"visible: wait only until Describe shows it; the default depends on the operation")
	f.DurationVar(&g.waitTimeout, "wait-timeout", 5*time.Minute, "the time limit of --wait; 0 for no limit")
	f.Var(&g.window, "token-window", "how long to rely on EC2 to remember a token: an older token is not sent again, except with --ensure")
	f.VisitAll(func(flag *pflag.Flag) { envDefault(f, flag.Name) })
	all.AddFlagSet(f)
}

// read reads the flags and the environment, and checks the values.
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
	return nil
}

// validate returns an error that names the flag of the first bad value.
func (g *guarantee) validate() error {
	if g.waitFor != "" && g.waitFor != "usable" && g.waitFor != "visible" {
		return fmt.Errorf("unknown --wait-for %q: it must be usable or visible", g.waitFor)
	}
	if g.waitTimeout < 0 {
		return fmt.Errorf("--wait-timeout must not be negative, as %s is", g.waitTimeout)
	}
	return g.policy.Validate()
}

// envFlag annotates a flag with the environment variables that set its default. The first variable that is set counts.
const envFlag = "awsidem_env"

// envDefault makes the variable AWSIDEM_NAME the default of --name. Each of awsidem's own flags has such a variable, except the flags that name
// an intent: their variables would turn all creates of a script into one create.
func envDefault(f *pflag.FlagSet, name string) {
	variables := []string{"AWSIDEM_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))}
	if name == "max-attempts" {
		variables = append(variables, "AWS_MAX_ATTEMPTS")
	}
	f.Lookup(name).Annotations = map[string][]string{envFlag: variables}
}

// fromEnvironment sets the flags that are not on the command line from the environment, and validates each value.
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
