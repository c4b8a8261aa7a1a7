package runbook

import (
	"slices"
	"strings"
)

// The global flags of the AWS CLI, versions 1 and 2, which may stand before and after the names of the service and of the command. See
// https://docs.aws.amazon.com/cli/latest/reference/#global-options.
var (
	valueFlags = [...]string{
		"ca-bundle", "cli-binary-format", "cli-connect-timeout", "cli-error-format", "cli-read-timeout", "color", "endpoint-url", "output", "profile",
		"query", "region",
	}
	switchFlags = [...]string{
		"cli-auto-prompt", "debug", "no-cli-auto-prompt", "no-cli-pager", "no-paginate", "no-sign-request", "no-verify-ssl", "v2-debug", "version",
	}
)

// A CommandLine is a command line of the AWS CLI, taken apart.
type CommandLine struct {
	Service, Command string   // ec2 and create-route-table; "" if the command line has no such argument
	Args             []string // all other arguments in their order; the global flags among them have their full names
	Help             bool     // the AWS CLI prints a help or its version, and runs no command
}

// Parse splits the arguments of the AWS CLI as the AWS CLI does. The first two arguments that are neither a flag nor the value of a global flag
// are the names of the service and of the command. A flag may be abbreviated.
func Parse(args []string) CommandLine {
	var (
		line  CommandLine
		names []string
		own   []string // the arguments in line.Args that belong to the command
	)
	for i := 0; i < len(args); i++ {
		flag, isFlag := strings.CutPrefix(args[i], "--")
		given, _, bound := strings.Cut(flag, "=")
		name, known := Expand(given, slices.Concat(valueFlags[:], switchFlags[:]))
		switch {
		case args[i] == "--":
			line.Args, own = append(line.Args, args[i:]...), append(own, args[i:]...)
			i = len(args)
		case len(names) < 2 && !strings.HasPrefix(args[i], "-"):
			names = append(names, args[i])
		case !isFlag || !known:
			line.Args, own = append(line.Args, args[i]), append(own, args[i])
		default:
			line.Args = append(line.Args, "--"+name+strings.TrimPrefix(flag, given))
			line.Help = line.Help || name == "version"
			if slices.Contains(valueFlags[:], name) && !bound && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
				line.Args = append(line.Args, args[i])
			}
		}
	}
	names = append(names, "", "")
	line.Service, line.Command = names[0], names[1]
	line.Help = line.Help || line.Service == "help" || line.Command == "help" || slices.Equal(own, []string{"help"})
	return line
}

// Expand returns the element of names that name abbreviates, and reports whether there is exactly one. A complete name stands for itself.
func Expand(name string, names []string) (string, bool) {
	if slices.Contains(names, name) {
		return name, true
	}
	full := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, name) })
	if len(full) != 1 {
		return name, false
	}
	return full[0], true
}
