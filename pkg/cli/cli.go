// Package cli is the command line of awsidem: it reads flags, composes the other packages, and says what happened.
//
// One file is one command. Three things have a file of their own: creator.go composes the guarantee, exit.go owns the exit
// codes, and streams.go the rules of what goes to stdout and stderr. Nothing here calls os.Exit or reads os.Args.
package cli

import (
	"context"
	"errors"
	"net"
	"os"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
)

// An Env is what the program has of the machine around it.
type Env struct {
	Streams
	Lookup func(name string) (string, bool)                                  // an environment variable
	Dial   func(ctx context.Context, network, addr string) (net.Conn, error) // to EC2; nil: the network
	step   *runStep                                                          // nil unless this process is a step of awsidem exec
}

// System is the machine as it is.
func System() Env {
	return Env{Streams: Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, Lookup: os.LookupEnv}
}

// Main runs the command line args, without the program's name, and gives the exit code. A context that ends with an
// [Interrupt] as its cause ends the command as that signal does.
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
	args      []string
	global    globalFlags
	flags     map[*cobra.Command]func() // what adds a command's own flags: called for the command that runs alone
	unprinted error                     // why a help could not be printed: cobra takes no error
	tally     *tally                    // gets what would be said of each create among many; nil: it is said

	warnings, notes []any // what waits for a document of --cli-error-format
}

func (a *app) execute(ctx context.Context) error {
	root := a.newRootCommand()
	args, err := a.prepare(root)
	if err != nil {
		return err
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil && a.unprinted != nil {
		return &outputError{a.unprinted}
	}
	var usage *usageError
	if errors.As(err, &usage) && usage.hint == "" {
		usage.hint = cmd.CommandPath() + " --help"
	}
	return err
}

func (a *app) newRootCommand() *cobra.Command {
	a.flags = map[*cobra.Command]func(){}
	root := &cobra.Command{
		Use:   "awsidem COMMAND [flags]",
		Short: "Create EC2 route tables and network ACLs exactly once",
		Long: `awsidem creates EC2 route tables and network ACLs from scripts and runbooks, exactly once, whatever happens to the
network, to the process or to the machine in between. It is a drop-in for the same commands of "aws ec2".

Exit 0 means: the resource exists, exactly once, it is the one that was asked for, and the next command can use it. Every other
exit says which it is, definitely not created or unknown, and what to run next.

` + exitCodesHelp,
		Example: `  awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728     # try it: no AWS account is needed
  awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728 --idempotency-key prod/private-a`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.ArbitraryArgs,

		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(flagError)
	a.addVersionFlag(root)
	root.SetHelpFunc(a.help)
	a.global.register(root.PersistentFlags())
	for _, op := range awsec2.Operations() {
		root.AddCommand(a.newCreateCommand(op))
	}
	a.addTopics(root)
	root.AddCommand(a.newExecCommand(), a.newApplyCommand(), a.newResumeCommand(), a.newJournalCommand(), a.newTokenCommand(), a.newSandboxCommand(), a.newVersionCommand())
	return root
}
