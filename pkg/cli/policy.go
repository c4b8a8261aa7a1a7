package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/retry"
)

// registerPolicy adds the flags of the retry policy.
func registerPolicy(f *pflag.FlagSet, p *retry.Policy) {
	*p = retry.DefaultPolicy()
	f.IntVar(&p.MaxAttempts, "max-attempts", p.MaxAttempts, "how many attempts there may be (AWS_MAX_ATTEMPTS)")
	f.DurationVar(&p.MaxElapsedTime, "max-elapsed-time", p.MaxElapsedTime, "the time for all attempts and waits, 0 for no limit")
	f.DurationVar(&p.AttemptTimeout, "attempt-timeout", p.AttemptTimeout, "the time for one attempt, 0 for no limit")
	f.DurationVar(&p.InitialInterval, "initial-interval", p.InitialInterval, "the first retry interval; ten times that after a throttle")
	f.DurationVar(&p.MaxInterval, "max-interval", p.MaxInterval, "no retry interval grows over this")
	f.Float64Var(&p.Multiplier, "multiplier", p.Multiplier, "by which the interval grows from retry to retry")
	f.Float64Var(&p.RandomizationFactor, "randomization-factor", p.RandomizationFactor, "a wait is drawn from interval*(1-factor) to interval*(1+factor)")
	for _, name := range []string{"max-attempts", "max-elapsed-time", "attempt-timeout", "initial-interval", "max-interval", "multiplier", "randomization-factor"} {
		envDefault(f, name)
	}
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

// fromEnvironment sets the flags that were not given and that the environment has a default for.
func (a *app) fromEnvironment(f *pflag.FlagSet) error {
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
				err = &configError{fmt.Errorf("%s: %q is no value for --%s, which takes a %s", variable, value, flag.Name, flag.Value.Type())}
			}
			return
		}
	})
	return err
}
