package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// A completion script, which "awsidem completion SHELL" prints, runs "awsidem __complete ARGUMENTS...". Only that command adds the
// functions of this file.

// addCompletion adds cobra's completion command. Without a shell it fails, with nothing on stdout: a shell that sources the output
// would run a help text.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion, _, _ := root.Find([]string{"completion"}) // cobra has just added it
	completion.Args, completion.RunE = cobra.ArbitraryArgs, commandNeeded
	for _, shell := range completion.Commands() {
		shell.Args = noArguments
	}
}

// completeValues adds the completion of values to all flags and commands. A flag that flagValues does not have gets none.
func (a *app) completeValues(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		complete, known := a.flagValues()[f.Name]
		if !known {
			complete = cobra.NoFileCompletions
		}
		if complete != nil && f.NoOptDefVal != "true" {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, complete) // fails if the flag has a function, which stays
		}
	})
	if complete, ok := a.argumentValues()[cmd.CommandPath()]; ok {
		cmd.ValidArgsFunction = complete
	} else if !cmd.HasSubCommands() && cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 {
		cmd.ValidArgsFunction = a.completeSkeleton
	}
	for _, sub := range cmd.Commands() {
		a.completeValues(sub)
	}
}

// flagValues returns the completion of values by the name of the flag; nil completes file names.
func (a *app) flagValues() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"output":                oneOf(formatNames()...),
		"cli-error-format":      oneOf(errorFormats()...),
		"color":                 oneOf("on", "off", "auto"),
		"cli-binary-format":     oneOf("base64", "raw-in-base64-out"),
		"generate-cli-skeleton": oneOf(skeletonKinds()...),
		"outcome":               oneOf(outcomes()...),
		"wait-for":              oneOf("usable", "visible"),
		"operation":             oneOf(awsec2.OperationNames()...),
		"region":                a.completeRegion,
		"profile":               a.completeProfile,
		"fault":                 completeFault,
		"bucket":                oneOf("50:5\tEC2's default for creates"),
		"ca-bundle":             nil,
		"file":                  nil,
		"report":                nil,
	}
}

// argumentValues returns the completion of arguments by the path of the command; nil completes file names.
func (a *app) argumentValues() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"awsidem resume":         a.completeTokens(isUnknown, 0),
		"awsidem journal show":   a.completeTokens(func(journal.Record) bool { return true }, 1),
		"awsidem journal forget": a.completeTokens(isUnknown, 1),
		"awsidem exec":           nil,
		"awsidem sandbox exec":   nil,
	}
}

// oneOf returns the completion of a fixed list of values.
func oneOf(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// completeSkeleton completes the value in "--generate-cli-skeleton VALUE", which pflag takes for an argument.
func (a *app) completeSkeleton(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	if n := len(a.args); n > 1 && a.args[n-2] == "--generate-cli-skeleton" {
		return skeletonKinds(), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeFault completes the kinds of faults, and after a colon the actions.
func completeFault(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var offers []string
	if kind, _, ok := strings.Cut(typed, ":"); ok {
		for _, action := range sandbox.Actions() {
			offers = append(offers, kind+":"+action)
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
	for _, kind := range sandbox.Faults() {
		offers = append(offers, cobra.CompletionWithDesc(kind.Name, kind.Help))
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace // :ACTION or =xCOUNT can follow
}

// completeTokens completes the client tokens of records, newest first, for a command that takes up to most tokens; 0 is no limit.
func (a *app) completeTokens(wanted func(journal.Record) bool, most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if most > 0 && len(given) >= most {
			return nil, directive
		}
		var offers []string
		for _, r := range a.newestRecords() {
			if wanted(r) && !slices.Contains(given, r.ClientToken) {
				what := r.Operation
				if vpc, ok := r.Input["VpcId"].(string); ok {
					what += " in " + vpc
				}
				offers = append(offers, cobra.CompletionWithDesc(r.ClientToken, what+", "+outcomeOf(r)))
			}
		}
		return offers, directive
	}
}

// completeRegion completes the Regions of the creates on record. Other Regions have to be typed: AWS adds new ones.
func (a *app) completeRegion(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var regions []string
	for _, r := range a.newestRecords() {
		regions = append(regions, r.Region)
	}
	slices.Sort(regions)
	return slices.Compact(regions), cobra.ShellCompDirectiveNoFileComp
}

// newestRecords returns the records of the journal, newest first. It returns none if the journal can't be read.
func (a *app) newestRecords() []journal.Record {
	log, err := a.openJournal(context.Background(), nil)
	if err != nil {
		return nil
	}
	if log.Shared() { // a completion must not wait for the network
		return nil
	}
	records, _, _ := log.Records(context.Background())
	slices.SortStableFunc(records, func(x, y journal.Record) int { return y.StartedAt.Compare(x.StartedAt) })
	return records
}

// completeProfile offers the profiles of the shared config files.
func (a *app) completeProfile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	files, err := a.sharedFiles()
	if err != nil { // the AWS CLI completes no profiles then, either
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return files.Names(), cobra.ShellCompDirectiveNoFileComp
}
