package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Two flags of the AWS CLI take their values as no flag of pflag does; they carry these annotations.
const (
	listFlag     = "awsidem_list"     // takes all arguments up to the next flag; given again, the last one counts
	optionalFlag = "awsidem_optional" // takes the next argument unless that is a flag
)

// runsProgram annotates a command whose arguments are another program's command line.
const runsProgram = "awsidem_program"

// prepare adds the flags of the command that args name, and rewrites args so that pflag reads them as the AWS CLI does.
func (a *app) prepare(root *cobra.Command) ([]string, error) {
	for i, arg := range a.args { // before anything can fail
		if arg == "--" { // what follows may be another program's
			break
		}
		if value, ok := strings.CutPrefix(arg, "--cli-error-format="); ok {
			a.global.errorFormat = value
		} else if arg == "--cli-error-format" && i+1 < len(a.args) {
			a.global.errorFormat = a.args[i+1]
		}
	}
	cmd, _, err := root.Find(a.args)
	if err != nil {
		return nil, err
	}
	if len(a.args) > 0 && (a.args[0] == "help" || strings.HasPrefix(a.args[0], cobra.ShellCompRequestCmd)) {
		root.InitDefaultHelpCmd()
		addCompletion(root, a.args...)
		if topic, rest, err := root.Find(a.args[1:]); a.args[0] == "help" && err == nil && topic.HasSubCommands() && len(rest) > 0 {
			return nil, commandNeeded(topic, rest)
		}
		a.addFlags() // these two look at other commands' flags
		if a.args[0] != "help" {
			a.completeValues(root)
		}
		return a.args, nil
	}
	if cmd == root {
		addCompletion(root, a.args...)
	}
	root.CompletionOptions.DisableDefaultCmd = true // cobra would build "completion" for nothing
	if add := a.flags[cmd]; add != nil {
		add()
	}
	if _, ok := cmd.Annotations[runsProgram]; ok {
		return a.args, nil
	}
	if a.step != nil {
		a.args = expandFlags(cmd.Flags(), a.args)
	}
	args, err := rewrite(cmd.Flags(), a.args)
	if err != nil {
		return nil, &usageError{err: err, hint: cmd.CommandPath() + " --help"}
	}
	return args, nil
}

// rewrite gives each value of a list flag the flag's name, and binds the value of an optional one to it.
func rewrite(flags *pflag.FlagSet, args []string) ([]string, error) {
	var rest []string
	lists := map[string][]string{}
	for i := 0; i < len(args); i++ {
		name, value, bound := strings.Cut(args[i], "=")
		flag := flags.Lookup(strings.TrimPrefix(name, "--"))
		switch {
		case args[i] == "--":
			return join(rest, lists, args[i:]), nil
		case flag == nil || !strings.HasPrefix(name, "--"):
			rest = append(rest, args[i])
		case flag.Annotations[listFlag] != nil:
			var values []string
			if bound {
				values = []string{value}
			}
			for i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
				values = append(values, args[i])
			}
			if len(values) == 0 { // for pflag to say that a value is needed
				rest = append(rest, args[i])
				continue
			}
			lists[flag.Name] = values
		case flag.Annotations[optionalFlag] != nil && !bound && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			i++
			rest = append(rest, name+"="+args[i])
		case !bound && flag.NoOptDefVal == "" && i+1 < len(args):
			if strings.HasPrefix(args[i+1], "--") { // as --client-token $UNSET --dry-run has it: no value for the one, no dry run
				return nil, fmt.Errorf("%s needs a value, and %q looks like a flag: write %s=%s if it is the value", args[i], args[i+1], args[i], args[i+1])
			}
			rest = append(rest, args[i], args[i+1])
			i++
		default:
			rest = append(rest, args[i])
		}
	}
	return join(rest, lists, nil), nil
}

func join(rest []string, lists map[string][]string, tail []string) []string {
	for name, values := range lists {
		for _, v := range values {
			rest = append(rest, "--"+name+"="+v)
		}
	}
	return append(rest, tail...)
}

// commandNeeded ends a command that only groups others.
func commandNeeded(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "" {
		return &usageError{err: errors.New("a command is required"), hint: cmd.CommandPath() + " --help"}
	}
	cmd.SuggestionsMinimumDistance = 2
	if args[0] == "ec2" && len(args) > 1 {
		return &usageError{
			err:  errors.New(`unknown command "ec2": awsidem takes the place of "aws ec2"`),
			hint: shellQuote([]string{"awsidem", args[1]}) + " --help",
		}
	}
	return &usageError{
		err:  fmt.Errorf("unknown command %q%s", args[0], didYouMean(cmd.SuggestionsFor(args[0]), "")),
		hint: cmd.CommandPath() + " --help",
	}
}

// noArguments is the cobra.PositionalArgs of a command that takes flags alone.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{err: fmt.Errorf("unknown argument %q", args[0]), hint: cmd.CommandPath() + " --help"}
}

// flagError turns what pflag says of a flag into a usage error, with the nearest flag if there is none of that name.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	var (
		unknown *pflag.NotExistError
		invalid *pflag.InvalidValueError
	)
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 { // flags are unknown because the command is
		return commandNeeded(cmd, cmd.Flags().Args())
	}
	if errors.As(err, &invalid) {
		flag := invalid.GetFlag()
		if takes := valueHelp(flag); takes != "" {
			err = fmt.Errorf("bad value %q for --%s: it takes %s", invalid.GetValue(), flag.Name, takes)
		}
	}
	if errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1 {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		err = fmt.Errorf("unknown flag --%s%s", unknown.GetSpecifiedName(), didYouMean(near(unknown.GetSpecifiedName(), names), "--"))
	}
	return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
}

// valueHelp says what the values of a flag are; "" if they are anything.
func valueHelp(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "bool":
		return "true or false"
	case "age":
		return "a time such as 90m, 12h or 30d"
	case "duration":
		return "a duration such as 500ms, 20s or 5m"
	case "int", "uint64":
		return "a whole number"
	case "float64":
		return "a number"
	}
	return ""
}

// An ageFlag is a duration that may be given in days.
type ageFlag time.Duration

func (a *ageFlag) String() string { return time.Duration(*a).String() }
func (a *ageFlag) Type() string   { return "age" }

// Set reads 30d, and what time.ParseDuration reads.
func (a *ageFlag) Set(s string) error {
	const day = 24 * time.Hour
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || !(n >= 0 && n <= 100_000) {
			return fmt.Errorf("%q is no number of days", s)
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

// near gives those of the names that one which is none of them was probably meant to be.
func near(name string, names []string) []string {
	all := cobra.Command{SuggestionsMinimumDistance: 3} // cobra knows which of a command's names are near
	for _, n := range names {
		all.AddCommand(&cobra.Command{Use: n, Run: func(*cobra.Command, []string) {}})
	}
	found := all.SuggestionsFor(name)
	slices.Sort(found)
	return found
}

func didYouMean(names []string, prefix string) string {
	if len(names) == 0 {
		return ""
	}
	return ": did you mean " + prefix + strings.Join(names, " or "+prefix) + "?"
}
