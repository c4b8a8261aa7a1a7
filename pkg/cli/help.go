package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
)

// NewCommand returns the tree of all commands with all their flags, for man pages, shell completions and tests. [Main] runs the
// program.
func NewCommand() *cobra.Command {
	a := &app{Env: Env{
		Streams: Streams{Out: io.Discard, Err: io.Discard},
		Lookup:  func(string) (string, bool) { return "", false },
	}}
	root := a.newRootCommand(awsec2.Operations())
	a.addFlags()
	root.InitDefaultHelpCmd()
	addCompletion(root)
	return root
}

// addFlags adds the flags of all commands, and completes their help.
func (a *app) addFlags() {
	for cmd, add := range a.flags {
		add()
		delete(a.flags, cmd)
	}
	for _, complete := range a.helps {
		complete()
	}
}

// A group is the commands or flags that a help text lists under one title.
type group struct {
	title string
	names []string
}

// flagGroups returns the groups of a create's flags. Flags that no group names are listed before them.
func flagGroups() []group {
	return []group{
		{"Exactly once:", []string{"idempotency-key", "client-token", "ensure", "wait", "no-wait", "wait-for", "wait-timeout", "grace", "no-journal", "token-window"}},
		{"Retries:", []string{"max-attempts", "max-elapsed-time", "attempt-timeout", "initial-interval", "max-interval", "multiplier", "randomization-factor"}},
	}
}

// help prints the help of a command: its description, usage, examples, subcommands, flags, exit codes and environment variables. It
// does not use cobra's templates: text/template calls methods by name, and the linker would have to keep all methods.
func (a *app) help(cmd *cobra.Command, _ []string) {
	if cmd.IsAdditionalHelpTopicCommand() {
		a.unprinted = a.result([]byte(fold(cmd.Long) + "\n"))
		return
	}
	if complete := a.helps[cmd]; complete != nil {
		complete()
	}
	var b strings.Builder
	about, codes, _ := strings.Cut(cmd.Long, "\n\n"+exitCodesMark+"\n")
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n\nUsage:\n  %s\n", fold(strings.TrimSpace(about)), usageLine(cmd))
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	writeCommands(&b, cmd)
	writeFlags(&b, cmd)
	if codes != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", exitCodesMark, codes)
	}
	if variables := environmentOf(cmd); variables != "" {
		fmt.Fprintf(&b, "\nEnvironment:\n%s", variables)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n\"%s COMMAND --help\" describes a command.\n", cmd.CommandPath())
	}
	a.unprinted = a.result([]byte(b.String()))
}

func usageLine(cmd *cobra.Command) string {
	if cmd.HasParent() && cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND [flags]"
	}
	return cmd.UseLine()
}

// writeCommands lists the subcommands of a command.
func writeCommands(b *strings.Builder, cmd *cobra.Command) {
	if cmd.HasParent() {
		writeTable(b, "Commands:", commandRows(cmd, (*cobra.Command).IsAvailableCommand))
		return
	}
	groups := operationGroups()
	var oldest [][2]string // the commands that most users look for; a line for each operation would be more than two screens
	for _, command := range groups[0].names {
		_, summary, _ := awsec2.OfCommand(command)
		oldest = append(oldest, [2]string{command, summary})
	}
	writeTable(b, groups[0].title, oldest)
	for _, g := range groups[1:] {
		fmt.Fprintf(b, "%s\n%s", g.title, wrap(g.names, "  ", " "))
	}
	for _, g := range ownGroups() {
		writeTable(b, g.title, commandRows(cmd, func(sub *cobra.Command) bool { return slices.Contains(g.names, sub.Name()) }))
	}
	writeTable(b, `Topics ("awsidem help TOPIC"):`, commandRows(cmd, (*cobra.Command).IsAdditionalHelpTopicCommand))
}

// commandRows returns the names and the descriptions of the wanted subcommands.
func commandRows(cmd *cobra.Command, wanted func(*cobra.Command) bool) [][2]string {
	var rows [][2]string
	for _, sub := range cmd.Commands() {
		if wanted(sub) {
			rows = append(rows, [2]string{sub.Name(), sub.Short})
		}
	}
	return rows
}

// writeTable writes rows of two columns under a title. It writes nothing if there are no rows.
func writeTable(b *strings.Builder, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, row := range rows {
		fmt.Fprintf(b, "  %-*s  %s\n", width, row[0], row[1])
	}
}

// writeFlags lists a command's own flags in groups, and the names of the AWS CLI's global flags if the command uses them.
func writeFlags(b *strings.Builder, cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	own := cmd.NonInheritedFlags()
	list := func(title string, flags []*pflag.Flag) {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		for _, f := range flags {
			if f != nil {
				set.AddFlag(f)
			}
		}
		if set.HasAvailableFlags() {
			fmt.Fprintf(b, "\n%s\n%s", title, flagUsages(set))
		}
	}
	groups := flagGroups()
	if own.Lookup("max-attempts") == nil { // the command creates nothing
		groups = nil
	}
	var rest []*pflag.Flag
	own.VisitAll(func(f *pflag.Flag) {
		for _, group := range groups {
			if slices.Contains(group.names, f.Name) {
				return
			}
		}
		if cmd.HasParent() || cmd.PersistentFlags().Lookup(f.Name) == nil {
			rest = append(rest, f)
		}
	})
	list("Flags:", rest)
	for _, group := range groups {
		var flags []*pflag.Flag
		for _, name := range group.names {
			flags = append(flags, own.Lookup(name))
		}
		list(group.title, flags)
	}
	if takesAWSFlags(cmd) {
		var names []string
		cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		fmt.Fprintf(b, "\nFlags of the AWS CLI (\"awsidem help aws-flags\"):\n%s", wrap(names, "  ", " "))
	}
}

// flagUsages lists flags. Where a long name would leave a narrow column for the help texts, each text has its own line.
func flagUsages(set *pflag.FlagSet) string {
	const widest = 26
	long := false
	set.VisitAll(func(f *pflag.Flag) { long = long || len(f.Name) > widest && !f.Hidden })
	if !long {
		return set.FlagUsagesWrapped(columns)
	}
	var b strings.Builder
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		shorthand := "    "
		if f.Shorthand != "" {
			shorthand = "-" + f.Shorthand + ", "
		}
		kind, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(&b, "  %s--%s\n%s", shorthand, strings.TrimSpace(f.Name+" "+kind), wrap(strings.Fields(usage), "          ", " "))
	})
	return b.String()
}

// takesAWSFlags reports whether a command uses the AWS CLI's global flags.
func takesAWSFlags(cmd *cobra.Command) bool {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return !slices.Contains([]string{"exec", "sandbox", "token", "completion", "help", "version"}, cmd.Name())
}

// columns is the width of help texts.
const columns = 80

// fold wraps the paragraphs of a text. Paragraphs with indented lines stay as they are.
func fold(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains("\n"+p, "\n ") {
			paragraphs[i] = strings.TrimRight(wrap(strings.Fields(p), "", " "), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// wrap returns words in lines of up to 80 columns.
func wrap(words []string, indent, separator string) string {
	var b strings.Builder
	b.Grow(columns * (len(words)/4 + 1))
	b.WriteString(indent)
	column := len(indent)
	for i, word := range words {
		if i > 0 {
			after := separator
			if column+len(separator)+len(word)+len(separator) > columns {
				after, column = strings.TrimRight(separator, " ")+"\n"+indent, len(indent)-len(separator)
			}
			b.WriteString(after)
			column += len(separator)
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteString("\n")
	return b.String()
}

// environmentOf describes the environment variables that a command reads.
func environmentOf(cmd *cobra.Command) string {
	var b strings.Builder
	var defaults []string
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { defaults = append(defaults, f.Annotations[envFlag]...) })
	if len(defaults) > 0 {
		b.WriteString("  Each sets the default of the flag with its name:\n" + wrap(defaults, "    ", ", "))
	}
	if takesAWSFlags(cmd) && cmd.HasParent() {
		b.WriteString("  AWSIDEM_JOURNAL: the journal's folder (default ~/.local/state/awsidem/journal).\n")
		b.WriteString("  AWS_PROFILE, AWS_REGION and others: see \"awsidem help environment\".\n")
	}
	return b.String()
}
