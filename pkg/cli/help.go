package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// NewCommand gives the tree of all commands with all their flags, for what describes or completes them: man pages, shell
// completions, tests. [Main] runs the program.
func NewCommand() *cobra.Command {
	a := &app{Env: Env{
		Streams: Streams{Out: io.Discard, Err: io.Discard},
		Lookup:  func(string) (string, bool) { return "", false },
	}}
	root := a.newRootCommand()
	a.addFlags()
	root.InitDefaultHelpCmd()
	addCompletion(root)
	return root
}

// addFlags adds the flags of all commands.
func (a *app) addFlags() {
	for cmd, add := range a.flags {
		add()
		delete(a.flags, cmd)
	}
}

// A group is what a help lists under one title.
type group struct {
	title string
	names []string
}

// The groups of commands; the first one is of those that are in no other.
var groups = []group{
	{"Create:", nil},
	{"Look at it and finish it:", []string{"resume", "journal", "token"}},
	{"Try it and test with it:", []string{"sandbox"}},
	{"Other:", []string{"completion", "help", "version"}},
}

// The groups of a create's flags, in the order in which they are read; the others come before them.
var flagGroups = []group{
	{"Exactly once:", []string{"idempotency-key", "client-token", "ensure", "wait", "no-wait", "wait-timeout", "vpc-grace", "no-journal", "token-window"}},
	{"Retries:", []string{"max-attempts", "max-elapsed-time", "attempt-timeout", "initial-interval", "max-interval", "multiplier", "randomization-factor"}},
}

// exitCodesMark begins what of a command's text is printed last.
const exitCodesMark = "Exit codes:"

// help prints a command's help: what it does, how it is called, its flags, and then what is looked up: exit codes and the
// environment. The text is drawn here, and not with a template of cobra's: text/template calls methods by name, so that the
// linker would have to keep them all.
func (a *app) help(cmd *cobra.Command, _ []string) {
	if cmd.IsAdditionalHelpTopicCommand() {
		a.unprinted = a.result([]byte(fold(cmd.Long) + "\n"))
		return
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
		fmt.Fprintf(&b, "\n\"%s COMMAND --help\" says more of each command.\n", cmd.CommandPath())
	}
	a.unprinted = a.result([]byte(b.String()))
}

func usageLine(cmd *cobra.Command) string {
	if cmd.HasParent() && cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND [flags]"
	}
	return cmd.UseLine()
}

// writeCommands lists the commands below one, and the help topics.
func writeCommands(b *strings.Builder, cmd *cobra.Command) {
	list := func(title string, wanted func(*cobra.Command) bool) {
		for _, sub := range cmd.Commands() {
			if wanted(sub) {
				if title != "" {
					fmt.Fprintf(b, "\n%s\n", title)
					title = ""
				}
				fmt.Fprintf(b, "  %-*s  %s\n", cmd.Commands()[0].NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	available := func(sub *cobra.Command) bool { return sub.IsAvailableCommand() || sub.Name() == "help" }
	if cmd.HasParent() {
		list("Commands:", available)
		return
	}
	grouped := func(sub *cobra.Command) int {
		return max(0, slices.IndexFunc(groups, func(g group) bool { return slices.Contains(g.names, sub.Name()) }))
	}
	for i, group := range groups {
		list(group.title, func(sub *cobra.Command) bool { return available(sub) && grouped(sub) == i })
	}
	list(`Topics ("awsidem help TOPIC"):`, (*cobra.Command).IsAdditionalHelpTopicCommand)
}

// writeFlags lists a command's own flags in groups, and names those of the AWS CLI where they mean something.
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
			fmt.Fprintf(b, "\n%s\n%s", title, set.FlagUsagesWrapped(columns))
		}
	}
	groups := flagGroups
	if own.Lookup(flagGroups[1].names[0]) == nil { // it is no create
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

// takesAWSFlags reports whether the AWS CLI's global flags mean anything to a command.
func takesAWSFlags(cmd *cobra.Command) bool {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return !slices.Contains([]string{"exec", "sandbox", "token", "completion", "help", "version"}, cmd.Name())
}

// columns are those of a help: a terminal has so many.
const columns = 80

// fold wraps the paragraphs of a text. Those with indented lines stay as they are.
func fold(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains("\n"+p, "\n ") {
			paragraphs[i] = strings.TrimRight(wrap(strings.Fields(p), "", " "), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// wrap sets words in lines.
func wrap(words []string, indent, separator string) string {
	var b strings.Builder
	line := indent
	for i, word := range words {
		if i > 0 && len(line)+len(word)+len(separator) > columns {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word
		if i < len(words)-1 {
			line += separator
		}
	}
	return b.String() + line + "\n"
}

// environmentOf says which variables of the environment a command reads.
func environmentOf(cmd *cobra.Command) string {
	var b strings.Builder
	var defaults []string
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { defaults = append(defaults, f.Annotations[envFlag]...) })
	if len(defaults) > 0 {
		b.WriteString("  Defaults of the flags of those names:\n" + wrap(defaults, "    ", ", "))
	}
	if takesAWSFlags(cmd) && cmd.HasParent() {
		b.WriteString("  AWSIDEM_JOURNAL: the journal's folder, else ~/.local/state/awsidem/journal.\n")
		b.WriteString("  AWS_PROFILE, AWS_REGION and all the others: \"awsidem help environment\".\n")
	}
	return b.String()
}
