package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
	"github.com/awsidem/awsidem/pkg/text"
)

// namedOperations returns the operations whose commands the arguments name, or all operations to complete the name of a command. It builds no
// others: to build all of them takes longer than any other part of a start.
func namedOperations(args []string) []awsec2.Operation {
	var named []awsec2.Operation
	for _, arg := range args {
		name, _, known := awsec2.OfCommand(arg)
		if !known || slices.ContainsFunc(named, func(op awsec2.Operation) bool { return op.Name == name }) {
			continue
		}
		op, _ := awsec2.LookupOperation(name)
		named = append(named, op)
	}
	if len(named) == 0 && isCompletion(args) {
		return awsec2.Operations()
	}
	return named
}

// isCompletion reports whether a completion script of a shell runs awsidem.
func isCompletion(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// mostNear is the largest number of suggestions in a message: "create" is the beginning of most commands.
const mostNear = 6

// nearCommands returns the subcommands that the unknown name was probably meant to be. If there are more than mostNear, it returns none.
func nearCommands(cmd *cobra.Command, name string) []string {
	var names, near []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
		if slices.ContainsFunc(sub.SuggestFor, func(other string) bool { return strings.EqualFold(name, other) }) {
			near = append(near, sub.Name())
		}
	}
	if !cmd.HasParent() {
		names = append(names, awsec2.Commands()...)
	}
	if near = append(near, text.Near(name, names)...); len(near) > mostNear {
		return nil
	}
	return near
}

// parameterElsewhere returns ": it is a parameter of COMMAND" if a flag belongs to other operations, else "".
func parameterElsewhere(flag string) string {
	if flag == "dry-run" || flag == "no-dry-run" {
		return ": EC2 has no dry run of this operation"
	}
	var commands []string
	for _, op := range awsec2.Operations() {
		if slices.ContainsFunc(shape.Members(op.Input), func(m shape.Member) bool { return m.Flag == flag }) {
			commands = append(commands, shape.FlagName(op.Name))
		}
	}
	const most = 3
	switch n := len(commands); {
	case n == 0:
		return ""
	case n <= most:
		return ": it is a parameter of " + strings.Join(commands, ", ")
	}
	return ": it is a parameter of " + strings.Join(commands[:most], ", ") + " and others"
}

// ownGroups returns the groups of the commands that belong to no operation.
func ownGroups() []group {
	return []group{
		{"Create many:", []string{"exec", "apply"}},
		{"Track and finish creates:", []string{"resume", "journal", "token"}},
		{"Try and test:", []string{"sandbox"}},
		{"Other:", []string{"completion", "help", "version"}},
	}
}
