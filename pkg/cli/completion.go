package cli

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gopkg.in/ini.v1"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/render"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// What a shell offers after a flag or a command. The scripts of awsidem completion ask the program itself, by awsidem
// __complete, so that nothing here costs any other command anything.

// addCompletion adds cobra's command for the scripts, which says what is wrong as the others do: its help on stdout would be run
// by what sources it.
func addCompletion(root *cobra.Command, args ...string) {
	root.InitDefaultCompletionCmd(args...)
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Args, cmd.RunE = cobra.ArbitraryArgs, shellNeeded
		for _, shell := range cmd.Commands() {
			shell.Args = noArguments
		}
	}
}

// shellNeeded ends awsidem completion without a shell that there is.
func shellNeeded(cmd *cobra.Command, args []string) error {
	var shells []string
	for _, shell := range cmd.Commands() {
		shells = append(shells, shell.Name())
	}
	err := fmt.Errorf("a shell is required: one of %s", strings.Join(shells, ", "))
	if len(args) > 0 {
		err = fmt.Errorf("unknown shell %q: it must be one of %s", args[0], strings.Join(shells, ", "))
	}
	return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
}

// completeValues adds to all flags and commands what their values can be. A flag that is not named here takes what a shell
// can't know.
func (a *app) completeValues(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		complete, named := a.flagValues()[f.Name]
		if !named {
			complete = cobra.NoFileCompletions
		}
		if complete != nil && f.NoOptDefVal != "true" {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, complete) // an error is that cobra has one: it stays
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

// flagValues are what flags take, by their names; nil: the name of a file.
func (a *app) flagValues() map[string]cobra.CompletionFunc {
	var formats []string
	for _, f := range render.Formats() {
		formats = append(formats, string(f))
	}
	return map[string]cobra.CompletionFunc{
		"output":                oneOf(formats...),
		"cli-error-format":      oneOf(errorFormats()...),
		"color":                 oneOf("on", "off", "auto"),
		"cli-binary-format":     oneOf("base64", "raw-in-base64-out"),
		"generate-cli-skeleton": oneOf(skeletonKinds()...),
		"outcome":               oneOf(string(idem.Succeeded), string(idem.NothingCreated), string(idem.OutcomeUnknown), running),
		"operation":             oneOf(strings.Split(operationNames(","), ",")...),
		"region":                oneOf(regions()...),
		"profile":               a.completeProfile,
		"fault":                 completeFault,
		"bucket":                oneOf("50:5\tas EC2 throttles a create by default"),
		"ca-bundle":             nil,
		"file":                  nil,
	}
}

// argumentValues are what commands take beside flags, by their paths; nil: the name of a file.
func (a *app) argumentValues() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"awsidem resume":         a.completeTokens(isUnknown, 0),
		"awsidem journal show":   a.completeTokens(func(journal.Record) bool { return true }, 1),
		"awsidem journal forget": a.completeTokens(isUnknown, 1),
		"awsidem exec":           nil,
		"awsidem sandbox exec":   nil,
	}
}

func oneOf(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// completeSkeleton offers the one value that stands beside its flag, as the AWS CLI has it, and otherwise nothing.
func (a *app) completeSkeleton(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	if n := len(a.args); n > 1 && a.args[n-2] == "--generate-cli-skeleton" {
		return skeletonKinds(), cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeFault offers the kinds of faults, and after a colon the actions that one can be for.
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
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace // :ACTION or =xCOUNT may follow
}

// completeTokens offers the client tokens of records, the youngest first. A command takes at most so many of them, 0 for any
// number.
func (a *app) completeTokens(wanted func(journal.Record) bool, most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		const keepOrder = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		log, err := a.openJournal()
		if err != nil || most > 0 && len(given) >= most {
			return nil, keepOrder
		}
		records, _, err := log.Records()
		if err != nil {
			return nil, keepOrder
		}
		slices.SortStableFunc(records, func(x, y journal.Record) int { return y.StartedAt.Compare(x.StartedAt) })
		var offers []string
		for _, r := range records {
			if wanted(r) && !slices.Contains(given, r.ClientToken) {
				what := r.Operation
				if vpc, ok := r.Input["VpcId"].(string); ok {
					what += " in " + vpc
				}
				offers = append(offers, cobra.CompletionWithDesc(r.ClientToken, what+", "+outcomeOf(r)))
			}
		}
		return offers, keepOrder
	}
}

// completeProfile offers the profiles of the shared config files.
func (a *app) completeProfile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	home, _ := os.UserHomeDir() // without one there may still be the variables
	profiles := map[string]bool{}
	for variable, name := range map[string]string{"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"} {
		path := cmp.Or(a.getenv(variable), filepath.Join(home, ".aws", name))
		file, err := ini.LoadSources(iniOptions(), path)
		if err != nil {
			continue
		}
		for _, section := range file.SectionStrings() {
			profile, ok := strings.CutPrefix(section, "profile ")
			if ok || name == "credentials" && section != ini.DefaultSection || section == "default" {
				profiles[strings.TrimSpace(profile)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(profiles)), cobra.ShellCompDirectiveNoFileComp
}

// regions are the commercial Regions, as partitions.json of the SDK (aws-sdk-go-v2/internal/endpoints/awsrulesfn) lists those of
// the partition "aws". Others can be typed.
func regions() []string {
	return []string{
		"af-south-1\tAfrica (Cape Town)",
		"ap-east-1\tAsia Pacific (Hong Kong)",
		"ap-east-2\tAsia Pacific (Taipei)",
		"ap-northeast-1\tAsia Pacific (Tokyo)",
		"ap-northeast-2\tAsia Pacific (Seoul)",
		"ap-northeast-3\tAsia Pacific (Osaka)",
		"ap-south-1\tAsia Pacific (Mumbai)",
		"ap-south-2\tAsia Pacific (Hyderabad)",
		"ap-southeast-1\tAsia Pacific (Singapore)",
		"ap-southeast-2\tAsia Pacific (Sydney)",
		"ap-southeast-3\tAsia Pacific (Jakarta)",
		"ap-southeast-4\tAsia Pacific (Melbourne)",
		"ap-southeast-5\tAsia Pacific (Malaysia)",
		"ap-southeast-6\tAsia Pacific (New Zealand)",
		"ap-southeast-7\tAsia Pacific (Thailand)",
		"ca-central-1\tCanada (Central)",
		"ca-west-1\tCanada West (Calgary)",
		"eu-central-1\tEurope (Frankfurt)",
		"eu-central-2\tEurope (Zurich)",
		"eu-north-1\tEurope (Stockholm)",
		"eu-south-1\tEurope (Milan)",
		"eu-south-2\tEurope (Spain)",
		"eu-west-1\tEurope (Ireland)",
		"eu-west-2\tEurope (London)",
		"eu-west-3\tEurope (Paris)",
		"il-central-1\tIsrael (Tel Aviv)",
		"me-central-1\tMiddle East (UAE)",
		"me-south-1\tMiddle East (Bahrain)",
		"mx-central-1\tMexico (Central)",
		"sa-east-1\tSouth America (Sao Paulo)",
		"us-east-1\tUS East (N. Virginia)",
		"us-east-2\tUS East (Ohio)",
		"us-west-1\tUS West (N. California)",
		"us-west-2\tUS West (Oregon)",
	}
}
