package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/runbook"
)

// execOptions holds the flags of awsidem exec.
type execOptions struct {
	runbook.Settings
	report     string // the file for the report; reportLines for lines on stderr
	reportFile *os.File

	ensure, noJournal bool
	guarantee         // the flags become the defaults of all creates
}

// reportLines is the value of --report without a file.
const reportLines = "-"

func (a *app) newExecCommand() *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a runbook unchanged: each of its aws ec2 creates exactly once",
		Long: `Runs COMMAND with awsidem's own "aws" first on its PATH. This aws runs each "aws ec2 CREATE" that awsidem knows as awsidem's create. It
passes every other command line unchanged to the real AWS CLI, which is behind it on PATH.

With --idempotency-key, a second run returns the resources of the first run, even after a kill or on another machine. If the runs may be
more than a day apart, add --ensure.

Each create has a key of its own, which derives from the key of the run, the operation, the parameters, and the number of the create
among the equal creates of the run. So two equal creates make two resources, and the next run returns the same two. If a create fails, an
equal create after it means the same resource. A parameter that changes from run to run, such as a timestamp in a tag, makes a new
resource. A --client-token or --idempotency-key in the runbook takes the place of the key.

Programs that do not find this aws on their PATH bypass awsidem: boto3, Terraform, a runbook that calls /usr/local/bin/aws or sets its own
PATH, a shell function or alias "aws", sudo, env -i, a login shell (bash -l), and pyenv's python3 if it has an aws beside it. On systems
other than Linux, processes that COMMAND leaves running bypass awsidem, too.`,
		Example: `  awsidem exec --idempotency-key release-42 -- ./runbook.sh
  awsidem exec --idempotency-key release-42 --report report.json -- ./runbook.sh
  awsidem sandbox exec -- awsidem exec --idempotency-key release-42 --report -- ./runbook.sh     # try it: no AWS account is needed`,
		Annotations: map[string]string{runsProgram: ""},
		Args:        cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := o.read(a, cmd, args)
			if err != nil {
				return err
			}
			return a.execRunbook(cmd, &o, args)
		},
	}
	a.setup[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp(childExitCodes("253: bad configuration")...)
		o.register(cmd.Flags())
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func (o *execOptions) register(f *pflag.FlagSet) {
	f.StringVar(&o.Key, "idempotency-key", "", "your own name for this run, such as release-42: every run with this name means the same resources")
	f.StringVar(&o.report, "report", "", "list the creates on stderr at the end, also after a success; --report=FILE or --report FILE writes them as JSON")
	f.Lookup("report").NoOptDefVal = reportLines
	f.BoolVar(&o.AWSExitCodes, "aws-exit-codes", false,
		"end each create with the exit code of the AWS CLI: 254 or 255 instead of 65 and 75, and 254 after a dry run")
	f.BoolVar(&o.ensure, "ensure", false, "use --ensure for each create that takes tags; needs --idempotency-key")
	f.BoolVar(&o.noJournal, "no-journal", false, "keep no record of the creates")
	envDefault(f, "ensure")
	envDefault(f, "no-journal")
	o.guarantee.register(f)
}

// read checks the flags, and returns the command line of COMMAND.
func (o *execOptions) read(a *app, cmd *cobra.Command, args []string) ([]string, error) {
	f := cmd.Flags()
	if len(args) > 1 && args[1] == "--" && o.report == reportLines { // --report FILE -- COMMAND
		o.report, args = args[0], args[2:]
	}
	if len(args) == 0 {
		return nil, &usageError{err: errors.New("a command to run is required"), hint: "awsidem exec --idempotency-key KEY -- COMMAND [ARGUMENT...]"}
	}
	var misplaced error
	f.Visit(func(flag *pflag.Flag) {
		if cmd.InheritedFlags().Lookup(flag.Name) != nil {
			misplaced = fmt.Errorf("exec takes no --%s: set AWS_REGION, AWS_PROFILE and the like, or give the flag to the commands of the runbook", flag.Name)
		}
	})
	if misplaced != nil {
		return nil, &usageError{err: misplaced}
	}
	if err := o.guarantee.read(a, f); err != nil {
		return nil, err
	}
	if f.Changed("report") && o.report == "" {
		return nil, &usageError{err: errors.New("--report: the name of the file is empty")}
	}
	if f.Changed("idempotency-key") {
		if _, err := clienttoken.Derive("", o.Key); err != nil {
			return nil, &usageError{err: fmt.Errorf("--idempotency-key: %w", err)}
		}
	} else if o.ensure && f.Changed("ensure") {
		return nil, &usageError{err: errors.New("--ensure needs --idempotency-key: a random token can't find the resource of an earlier run")}
	}
	return args, nil
}

// defaults returns the variables that make the given flags of this command the defaults of the creates.
func (o *execOptions) defaults(f *pflag.FlagSet) []string {
	var set []string
	f.Visit(func(flag *pflag.Flag) {
		if variables := flag.Annotations[envFlag]; variables != nil {
			set = append(set, variables[0]+"="+flag.Value.String())
		}
	})
	if f.Changed("wait") || f.Changed("no-wait") { // the flag also overrides the other flag's variable
		set = append(set, fmt.Sprintf("AWSIDEM_WAIT=%t", o.wait), fmt.Sprintf("AWSIDEM_NO_WAIT=%t", !o.wait))
	}
	return set
}

// execRunbook runs a command with the "aws" of a run. If the command's exit code is not 0, execRunbook returns it as an exitStatus.
func (a *app) execRunbook(cmd *cobra.Command, o *execOptions, args []string) error {
	a.await()
	if err := o.openReport(); err != nil {
		return err
	}
	run, err := o.newRun()
	if err != nil {
		return &configError{fmt.Errorf("preparing the run: %w", err)}
	}
	defer a.leave(run)
	env, err := environment(run.Bin(), o.defaults(cmd.Flags()), nil)
	if err != nil {
		return &configError{fmt.Errorf("preparing the run: %w", err)}
	}
	pass := func(child *os.Process, s os.Signal) {
		if s != os.Interrupt && s != syscall.SIGQUIT { // a terminal sends these two to the child, too
			_ = child.Signal(s) // fails if the child has ended
		}
	}
	name := args[0]
	if name == "aws" { // exec.Command would search the PATH of this process
		name = filepath.Join(run.Bin(), name)
	}
	ran, err := a.runIn(cmd.Context(), env, name, args, pass)
	status, ended := errors.AsType[exitStatus](err)
	if !ran || err != nil && !ended {
		return err
	}
	if reportErr := a.reportRun(run, o, args, int(status)); reportErr != nil && err == nil {
		return reportErr
	}
	return err
}

// newRun makes the folder of the run. If the run has no key and a runbook of another run with a key started it, the creates count within the
// other run.
func (o *execOptions) newRun() (*runbook.Run, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	settings := o.Settings
	if bin, inside := binOf("aws"); inside && settings.Key == "" {
		outer, err := runbook.Open(bin)
		if err != nil {
			return nil, err
		}
		if outer.Key != "" {
			settings.Within(outer)
		}
	}
	return runbook.New(self, settings)
}

// leave removes the folder of a run. If processes of the run still use the folder, it stays.
func (a *app) leave(run *runbook.Run) {
	if run.InUse() {
		a.say("the command left processes behind: their creates still belong to this run, and its folder %q stays", filepath.Dir(run.Bin()))
		return
	}
	_ = run.Remove() // what stays is harmless
}
