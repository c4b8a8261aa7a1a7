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
	for _, complete := range []map[*cobra.Command]func(){a.flags, a.helps} {
		for _, add := range complete {
			add()
		}
	}
	root.InitDefaultHelpCmd()
	addCompletion(root)
	return root
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
	usage := cmd.UseLine()
	if cmd.HasParent() && cmd.HasAvailableSubCommands() {
		usage = cmd.CommandPath() + " COMMAND [flags]"
	}
	fmt.Fprintf(&b, "%s\n\nUsage:\n  %s\n", fold(strings.TrimSpace(about)), usage)
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

// writeCommands lists the subcommands of a command.
func writeCommands(b *strings.Builder, cmd *cobra.Command) {
	if cmd.HasParent() {
		writeTable(b, "Commands:", commandRows(cmd, (*cobra.Command).IsAvailableCommand))
		return
	}
	operations := awsec2.Groups()
	var oldest [][2]string // the commands that most users look for; a line for each operation would be more than two screens
	for _, command := range operations[0].Commands {
		_, summary, _ := awsec2.OfCommand(command)
		oldest = append(oldest, [2]string{command, summary})
	}
	writeTable(b, operations[0].Title+":", oldest)
	for _, g := range operations[1:] {
		fmt.Fprintf(b, "%s:\n%s", g.Title, wrap(g.Commands, "  "))
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

// writeTable writes rows under a title. It writes nothing if there are no rows.
func writeTable(b *strings.Builder, title string, rows [][2]string) {
	if len(rows) > 0 {
		fmt.Fprintf(b, "\n%s\n%s", title, table(rows))
	}
}

// table lays rows out in two columns, the second of which is wrapped.
func table(rows [][2]string) string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, row[0], hanging(row[1], width+4))
	}
	return b.String()
}

// hanging wraps text whose first line begins at a column and whose other lines are indented to it.
func hanging(text string, column int) string {
	return strings.TrimSpace(wrap(strings.Fields(text), strings.Repeat(" ", column)))
}

// writeFlags lists a command's own flags in groups, and the names of the AWS CLI's global flags if the command uses them.
func writeFlags(b *strings.Builder, cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	own := cmd.NonInheritedFlags()
	var groups []group
	if own.Lookup("max-attempts") != nil { // the command creates
		groups = flagGroups()
	}
	rest := group{title: "Flags:"}
	own.VisitAll(func(f *pflag.Flag) {
		grouped := slices.ContainsFunc(groups, func(g group) bool { return slices.Contains(g.names, f.Name) })
		if !grouped && (cmd.HasParent() || cmd.PersistentFlags().Lookup(f.Name) == nil) {
			rest.names = append(rest.names, f.Name)
		}
	})
	for _, group := range append([]group{rest}, groups...) {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		for _, name := range group.names {
			if f := own.Lookup(name); f != nil {
				set.AddFlag(f)
			}
		}
		if set.HasAvailableFlags() {
			fmt.Fprintf(b, "\n%s\n%s", group.title, flagUsages(set))
		}
	}
	if takesAWSFlags(cmd) {
		var names []string
		cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		fmt.Fprintf(b, "\nFlags of the AWS CLI (\"awsidem help aws-flags\"):\n%s", wrap(names, "  "))
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
		fmt.Fprintf(&b, "  %s--%s\n%s", shorthand, strings.TrimSpace(f.Name+" "+kind), wrap(strings.Fields(usage), "          "))
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
			paragraphs[i] = strings.TrimRight(wrap(strings.Fields(p), ""), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// wrap returns words in lines of less than 80 columns.
func wrap(words []string, indent string) string {
	var lines []string
	for _, word := range words {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+len(" ")+len(word) < columns {
			lines[last] += " " + word
		} else {
			lines = append(lines, indent+word)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// environmentOf describes the environment variables that a command reads.
func environmentOf(cmd *cobra.Command) string {
	var b strings.Builder
	var defaults []string
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { defaults = append(defaults, f.Annotations[envFlag]...) })
	if len(defaults) > 0 {
		b.WriteString("  Each sets the default of the flag with its name:\n" + wrap(strings.Fields(strings.Join(defaults, ", ")), "    "))
	}
	if takesAWSFlags(cmd) && cmd.HasParent() {
		b.WriteString("  AWSIDEM_JOURNAL: folder (~/.local/state/awsidem/journal) or dynamodb://TABLE.\n")
		b.WriteString("  AWS_PROFILE, AWS_REGION and others: see \"awsidem help environment\".\n")
	}
	return b.String()
}
