package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/runbook"
)

func (a *app) newSandboxExecCommand() *cobra.Command {
	var flags sandboxFlags
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command against a new sandbox",
		Long: `Starts a sandbox on a free port of this machine and runs COMMAND with AWS_ENDPOINT_URL_EC2, a Region, dummy credentials, a
new journal, and awsidem on its PATH. Then it reports on stderr what the sandbox did, and ends with COMMAND's exit code.

COMMAND sees the profiles of your config files with the same names, output formats and retry settings, but with dummy credentials:
--profile prod works, but sends nothing to prod. At the end, the journal is deleted. A second Ctrl-C kills COMMAND.`,
		Example: `  awsidem sandbox exec -- awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728
  awsidem sandbox exec --fault lost-response -- sh -c 'awsidem create-network-acl --vpc-id vpc-03683f950edba6643'
  awsidem sandbox exec --fault throttle=0.2 --fault drop-after:CreateRouteTable=x3 --seed 7 -- ./runbook.sh`,
		Annotations: map[string]string{runsProgram: ""},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{err: errors.New("a command to run is required"), hint: "awsidem sandbox exec -- COMMAND [ARGUMENT...]"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.execInSandbox(cmd.Context(), &flags, args)
		},
	}
	a.setup[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp(childExitCodes()...) + "\n\n" + faultsHelp()
		flags.register(cmd.Flags())
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// execInSandbox runs a command in a new sandbox. It returns the command's exit code as an exitStatus if that is not 0.
func (a *app) execInSandbox(ctx context.Context, flags *sandboxFlags, args []string) error {
	box, err := a.startSandbox(ctx, flags, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer box.close()
	env, err := a.childEnv(box)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	name := args[0]
	if name == "awsidem" { // childEnv puts this program first on PATH
		if name, err = os.Executable(); err != nil {
			return err
		}
	}
	kill := func(child *os.Process, _ os.Signal) { _ = child.Kill() } // fails if the child has ended
	ran, err := a.runIn(ctx, env, name, args, kill)
	box.stop()
	a.reportSandbox(box)
	if unknown, _ := os.ReadDir(filepath.Join(box.dir, journalName, string(idem.OutcomeUnknown))); len(unknown) > 0 {
		a.say("the journal of the sandbox is deleted: its unknown creates can't be resumed")
	}
	if ran && ctx.Err() == nil && len(box.Report().Calls) == 0 {
		a.hint("no request reached the sandbox; a client that does not read AWS_ENDPOINT_URL_EC2 (see awsidem sandbox --help) needs " +
			`--endpoint-url "$AWS_ENDPOINT_URL_EC2"`)
	}
	return err
}

// runIn runs the program name with the arguments args, the first of which is the name that the program sees, and with an environment. It calls
// onSignal for each signal after the first one. ran reports whether the command could be started.
func (a *app) runIn(ctx context.Context, env []string, name string, args []string, onSignal func(*os.Process, os.Signal)) (ran bool, err error) {
	signals := make(chan os.Signal, 2) // main catches only the first signal, and the second must not end this process before the child
	NotifyInterrupts(signals)
	defer signal.Stop(signals)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	child := exec.CommandContext(ctx, name) // #nosec G204 -- the user names the command
	child.Args = args
	child.Env = env
	child.Stdin, child.Stdout, child.Stderr = a.In, a.Out, a.Err
	child.Cancel = func() error { return forward(child.Process, context.Cause(ctx)) }
	if err := child.Start(); err != nil {
		return false, a.cannotRun(args[0], err)
	}
	ended := make(chan struct{})
	go func() {
		for first := true; ; first = false {
			select {
			case s := <-signals:
				if !first {
					onSignal(child.Process, s)
				}
			case <-ended:
				return
			}
		}
	}()
	err = child.Wait()
	close(ended)
	if child.ProcessState == nil {
		return true, fmt.Errorf("waiting for %q: %w", args[0], err)
	}
	if code := exitCodeOf(child.ProcessState); code != 0 {
		return true, exitStatus(code)
	}
	return true, nil
}

// cannotRun reports why a command can't be run. It returns the exit code of a shell: 127 if the command does not exist, else 126.
func (a *app) cannotRun(name string, err error) error {
	a.say("running %q: %v", name, cmp.Or(errors.Unwrap(err), err))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
		return exitStatus(exitNotFound)
	}
	return exitStatus(exitCannotRun)
}

// forward sends the child the signal that ended the context. It does not send SIGINT: a terminal sends SIGINT to the child, too, and a second
// SIGINT would kill the child.
func forward(child *os.Process, cause error) error {
	if interrupt, ok := errors.AsType[Interrupt](cause); ok && interrupt.Signal != os.Interrupt {
		return child.Signal(interrupt.Signal)
	}
	return os.ErrProcessDone // makes Wait return the child's own exit status
}

// exitCodeOf returns the exit code that a shell would report: 128 plus the signal's number if a signal killed the child.
func exitCodeOf(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitInterrupted + int(status.Signal())
	}
	return state.ExitCode()
}

// childEnv returns the environment of this process with the variables of the sandbox, and with this program first on PATH.
func (a *app) childEnv(box runningSandbox) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := runbook.Link(self, filepath.Join(box.dir, "awsidem"+filepath.Ext(self))); err != nil {
		return nil, err
	}
	set, unset, err := a.sandboxEnv(box)
	if err != nil {
		return nil, err
	}
	return environment(box.dir, set, unset)
}

// environment returns this process's environment with a folder first on PATH, some variables set and others left out. It returns an error if PATH
// can't hold the folder: a shell would silently ignore the programs in the folder.
func environment(first string, set, unset []string) ([]string, error) {
	const separator = string(os.PathListSeparator)
	if strings.Contains(first, separator) {
		return nil, fmt.Errorf("PATH can't hold the folder %q, since %q separates the folders of PATH: set TMPDIR to another folder", first, separator)
	}
	path, hasPath := os.LookupEnv("PATH")
	if !hasPath { // an empty element of PATH means the current folder
		path = defaultPath
	}
	set = append(set, "PATH="+first+separator+path)
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(unset, name) || slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, name+"=") })
	})
	return append(env, set...), nil
}
