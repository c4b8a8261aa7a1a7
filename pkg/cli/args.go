package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The annotations of flags and commands that the AWS CLI reads differently from pflag.
const (
	listFlag     = "awsidem_list"     // a flag that takes all arguments up to the next flag; if it is repeated, the last one counts
	optionalFlag = "awsidem_optional" // a flag that takes the next argument unless the argument is a flag, too
	runsProgram  = "awsidem_program"  // a command whose arguments are the command line of another program
)

// prepare completes the command that a.args name. It returns the command, and the arguments rewritten so that pflag reads them as the AWS CLI
// does.
func (a *app) prepare(root *cobra.Command) (*cobra.Command, []string, error) {
	a.findErrorFormat()
	if len(a.args) > 0 && a.args[0] == "help" || isCompletion(a.args) {
		named, err := a.prepareNamed(root)
		return named, a.args, err
	}
	cmd, _, err := root.Find(a.args)
	if err != nil {
		return root, nil, err
	}
	if cmd == root {
		addCompletion(root)
	}
	root.CompletionOptions.DisableDefaultCmd = true // no other command needs cobra's "completion" command
	if setup := a.setup[cmd]; setup != nil {
		setup()
	}
	if _, ok := cmd.Annotations[runsProgram]; ok {
		return cmd, a.args, nil
	}
	if a.step != nil {
		a.args = expandFlags(cmd.Flags(), a.args)
	}
	args, err := rewrite(cmd.Flags(), a.args)
	return cmd, args, err
}

// findErrorFormat sets the format of errors before flags are parsed, because parsing can fail. It stops at "--": the arguments behind it may
// belong to another program.
func (a *app) findErrorFormat() {
	for i, arg := range a.args {
		if arg == "--" {
			break
		}
		if value, ok := strings.CutPrefix(arg, "--cli-error-format="); ok {
			a.global.errorFormat = value
		} else if arg == "--cli-error-format" && i+1 < len(a.args) {
			a.global.errorFormat = a.args[i+1]
		}
	}
}

// prepareNamed completes the command that the help command or a completion is about, and returns the command.
func (a *app) prepareNamed(root *cobra.Command) (*cobra.Command, error) {
	root.InitDefaultHelpCmd()
	addCompletion(root)
	named, rest, err := root.Find(a.args[1:])
	if err != nil {
		return root, nil //nolint:nilerr // cobra reports it
	}
	if a.args[0] == "help" && named.HasSubCommands() && len(rest) > 0 {
		return named, commandNeeded(named, rest)
	}
	if setup := a.setup[named]; setup != nil {
		setup()
	}
	if a.args[0] != "help" {
		a.completeValues(root)
	}
	return named, nil
}

// rewrite turns each value of a list flag into a flag of its own, and joins an optional flag with its value.
func rewrite(flags *pflag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for i := 0; i < len(args); i++ {
		name, value, hasValue := strings.Cut(args[i], "=")
		flag := flags.Lookup(strings.TrimPrefix(name, "--"))
		switch {
		case args[i] == "--":
			return append(rest, args[i:]...), nil
		case flag == nil || !strings.HasPrefix(name, "--"):
			rest = append(rest, args[i])
		case flag.Annotations[listFlag] != nil:
			var values []string
			if hasValue {
				values = []string{value}
			}
			for i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
				values = append(values, args[i])
			}
			if len(values) == 0 { // pflag reports the missing value
				rest = append(rest, args[i])
				continue
			}
			rest = slices.DeleteFunc(rest, func(arg string) bool { return strings.HasPrefix(arg, name+"=") }) // the last list counts
			for _, v := range values {
				rest = append(rest, name+"="+v)
			}
		case flag.Annotations[optionalFlag] != nil && !hasValue && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-"):
			i++
			rest = append(rest, name+"="+args[i])
		case !hasValue && flag.NoOptDefVal == "" && i+1 < len(args):
			if strings.HasPrefix(args[i+1], "--") { // in "--client-token $UNSET --dry-run" the value is missing, and --dry-run must count
				return nil, &usageError{err: fmt.Errorf("%s needs a value, and %q looks like a flag: write %s=%s if it is the value",
					args[i], args[i+1], args[i], args[i+1])}
			}
			rest = append(rest, args[i], args[i+1])
			i++
		default:
			rest = append(rest, args[i])
		}
	}
	return rest, nil
}
