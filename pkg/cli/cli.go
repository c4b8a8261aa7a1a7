// Package cli is the command line of awsidem: it reads flags, calls the other packages, and prints results and errors.
//
// A command, or a group of them, has a file of its own. The other files each have one task: creator.go composes the layers that make a
// create happen exactly once, exit.go owns the exit codes, failure.go the error messages, and streams.go the rules of stdout and
// stderr. Nothing in this package calls os.Exit or reads os.Args.
package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsconfig"
	"github.com/awsidem/awsidem/pkg/awsec2"
)

// An Env is the environment of a run: streams, variables and the network.
type Env struct {
	Streams
	Lookup func(name string) (string, bool)                                  // looks up an environment variable
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error) // connects to AWS; nil uses the network
	step   *runStep                                                          // nil unless awsidem exec runs this process for a create of a runbook
}

// System returns the environment of this process.
func System() Env {
	return Env{Streams: Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, Lookup: os.LookupEnv}
}

// Main runs the command line args, which do not include the program's name, and returns the exit code. If ctx ends with an [Interrupt]
// as its cause, the exit code is that of the signal.
func Main(ctx context.Context, args []string, env Env) int {
	a := &app{Env: env, args: args}
	err := a.execute(ctx)
	code := a.exit(err)
	if a.step != nil {
		return a.endStep(code, err)
	}
	return code
}

// An app is one run of the program.
type app struct {
	Env
	args   []string
	global globalFlags
	tally  *tally // counts and reports the entries of apply; nil in any other command

	// To keep the start short, only the command that runs is completed: setup registers the flags of a command and completes its help. The
	// functions in helps complete the help of a create command, and run only if that help is printed.
	setup, helps map[*cobra.Command]func()
	unprinted    error // the error of printing a help text: cobra's help function returns none

	sharedFiles func() (*awsconfig.Files, error) // reads the shared config files of AWS, once

	warnings, notes []any // of the next document on stderr, if --cli-error-format asks for documents
}

// execute runs the command that a.args name. A panic becomes an error.
func (a *app) execute(ctx context.Context) (err error) {
	defer a.recoverPanic(&err)
	root := a.newRootCommand(namedOperations(a.args))
	cmd, args, err := a.prepare(root)
	if err == nil {
		root.SetArgs(args)
		cmd, err = root.ExecuteContextC(ctx)
	}
	if err == nil && a.unprinted != nil {
		return &outputError{a.unprinted}
	}
	if usage, ok := errors.AsType[*usageError](err); ok && usage.hint == "" {
		usage.hint = cmd.CommandPath() + " --help"
	}
	return err
}

// newRootCommand returns the root command with the commands of operations and all other commands.
func (a *app) newRootCommand(operations []awsec2.Operation) *cobra.Command {
	root := &cobra.Command{
		Use:   "awsidem COMMAND [flags]",
		Short: "Create EC2 resources exactly once",
		Long: `awsidem creates EC2 resources from scripts and runbooks, exactly once, even if the network, the process or the machine fails
during the create. Its create commands take the flags of "aws ec2" and print what "aws ec2" prints.

Exit code 0 means: the resource exists, exactly once, it is the one that was asked for, and the next command can use it. For every
other exit code, stderr says whether the resource was definitely not created or may exist, and which command to run next.`,
		Example: `  awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728     # try it: no AWS account is needed
  awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728 --idempotency-key prod/private-a`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.ArbitraryArgs,
	}
	a.sharedFiles = sync.OnceValues(func() (*awsconfig.Files, error) { return awsconfig.Load(a.Lookup) })
	a.helps = map[*cobra.Command]func(){}
	a.setup = map[*cobra.Command]func(){
		root: func() { root.Long += "\n\n" + exitCodesHelp() },
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(flagError)
	a.addVersionFlag(root)
	root.SetHelpFunc(a.help)
	a.global.register(root.PersistentFlags())
	for _, op := range operations {
		root.AddCommand(a.newCreateCommand(op))
	}
	a.addTopics(root)
	root.AddCommand(a.newExecCommand(), a.newApplyCommand(), a.newResumeCommand(), a.newJournalCommand(), a.newTokenCommand(),
		a.newSandboxCommand(), a.newVersionCommand())
	return root
}
