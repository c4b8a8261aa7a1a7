package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/text"
)

// suggestedFor annotates a flag with names of other commands' flags for which it is suggested, as cobra's SuggestFor does for commands.
const suggestedFor = "awsidem_suggested_for"

// commandNeeded returns the usage error of a command that only groups others.
func commandNeeded(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "" {
		return &usageError{err: errors.New("a command is required")}
	}
	if args[0] == "ec2" && len(args) > 1 {
		return &usageError{
			err:  errors.New(`unknown command "ec2": awsidem replaces "aws ec2"`),
			hint: shellQuote([]string{"awsidem", args[1]}) + " --help",
		}
	}
	return unknownCommand(args[0], nearCommands(cmd, args[0]))
}

// noArguments is the cobra.PositionalArgs of a command that takes only flags.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{err: fmt.Errorf("unknown argument %q", args[0])}
}

// flagError turns an error of pflag into a usage error. For an unknown flag it suggests flags with similar names.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 { // the flag is unknown because the command is
		return commandNeeded(cmd, cmd.Flags().Args())
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		err = fmt.Errorf("--%s: %w", flag.Name, invalid.Unwrap())
		if takes := valueHelp(flag); takes != "" {
			err = fmt.Errorf("bad value %q for --%s: it takes %s", invalid.GetValue(), flag.Name, takes)
		}
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && len(unknown.GetSpecifiedName()) > 1 {
		name := unknown.GetSpecifiedName()
		meant := didYouMean(nearFlags(cmd.Flags(), name), "--")
		if _, _, creates := awsec2.OfCommand(cmd.Name()); creates && meant == "" {
			meant = parameterElsewhere(name)
		}
		err = fmt.Errorf("unknown flag --%s%s", name, meant)
	}
	return &usageError{err: err}
}

// nearFlags returns the flags that the unknown flag name was probably meant to be.
func nearFlags(flags *pflag.FlagSet, name string) []string {
	var names, suggested []string
	flags.VisitAll(func(f *pflag.Flag) {
		names = append(names, f.Name)
		if slices.Contains(f.Annotations[suggestedFor], name) {
			suggested = append(suggested, f.Name)
		}
	})
	if suggested != nil {
		return suggested
	}
	return text.Near(name, names)
}

// didYouMean returns ": did you mean NAME or NAME?", or "" without names.
func didYouMean(names []string, prefix string) string {
	if len(names) == 0 {
		return ""
	}
	return ": did you mean " + prefix + strings.Join(names, " or "+prefix) + "?"
}

// valueHelp describes the values that a flag takes. It returns "" for a flag that takes any text.
func valueHelp(flag *pflag.Flag) string {
	return map[string]string{
		"bool":     "true or false",
		"age":      "a time such as 90m, 12h or 30d",
		"duration": "a duration such as 500ms, 20s or 5m",
		"int":      "a whole number",
		"uint64":   "a whole number",
		"float64":  "a number",
	}[flag.Value.Type()]
}
