package cli

import (
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
)

func (a *app) newSandboxExecCommand() *cobra.Command {
	var sandbox sandboxFlags
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command against a sandbox of its own",
		Long: `Starts a sandbox on a free port of this machine, runs COMMAND with AWS_ENDPOINT_URL_EC2, a Region, dummy credentials, a
journal of its own and awsidem itself on its PATH, and ends with COMMAND's exit code and a report on stderr of what the sandbox did.
The profiles of your config files are there by name, with their output and retries and dummy credentials: --profile prod works, and
nothing is sent to prod or asked of it. The journal ends with the sandbox. A second Ctrl-C kills COMMAND.

` + exitCodesMark + `
  COMMAND's own; 128 and the signal if one killed it; 126 if it can't be run, 127 if it is not found
  252  bad command line`,
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
			return a.execInSandbox(cmd.Context(), &sandbox, args)
		},
	}
	a.flags[cmd] = func() {
		cmd.Long += "\n\n" + faultsHelp()
		sandbox.register(cmd.Flags())
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// execInSandbox runs a command in a sandbox of its own. Its error is the exitStatus of the command, if that is not 0.
func (a *app) execInSandbox(ctx context.Context, flags *sandboxFlags, args []string) error {
	box, url, stop, err := flags.start(ctx, a, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer stop()
	signals := catch(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	dir, err := sandboxFolder()
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	env, err := a.childEnv(dir, url)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	kill := func(child *os.Process, _ os.Signal) { _ = child.Kill() } // an error means that it has ended
	ran, err := a.runIn(ctx, env, args, signals, kill)
	stop()
	a.reportSandbox(box)
	if unknown, _ := os.ReadDir(filepath.Join(dir, journalName, string(idem.OutcomeUnknown))); len(unknown) > 0 {
		a.say("the journal is gone with the sandbox: what is unknown there can't be resumed")
	}
	if ran && ctx.Err() == nil && len(box.Report().Calls) == 0 {
		a.hint(`nothing called the sandbox; a client that does not know AWS_ENDPOINT_URL_EC2 (awsidem sandbox --help) needs --endpoint-url "$AWS_ENDPOINT_URL_EC2"`)
	}
	return err
}

// catch returns a channel of signals that are not ignored. main lets go of all signals after the first one, and the second one must not end
// this process before its child.
func catch(wanted ...os.Signal) chan os.Signal {
	signals := make(chan os.Signal, 2)
	for _, s := range wanted {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	return signals
}

// runIn runs a command in an environment. It calls again for each signal after the first one. ran is whether the command could be run.
func (a *app) runIn(ctx context.Context, env, args []string, signals <-chan os.Signal, again func(*os.Process, os.Signal)) (ran bool, err error) {
	path, err := lookPath(args[0], env)
	if err != nil {
		return false, a.cannotRun(args[0], err)
	}
	child := exec.CommandContext(ctx, path) // #nosec G204 -- it runs what it was told to run
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
					again(child.Process, s)
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

// cannotRun ends as a shell does that can't run a command: with 127 if there is none of that name, else with 126.
func (a *app) cannotRun(name string, err error) error {
	a.say("running %q: %v", name, reason(err))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
		return exitStatus(exitNotFound)
	}
	return exitStatus(exitCannotRun)
}

// reason leaves out of an error the path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// forward passes on the signal that ended the context. A terminal has sent its SIGINT to the child, too, and a second
// one would kill it.
func forward(child *os.Process, cause error) error {
	var interrupt Interrupt
	if errors.As(cause, &interrupt) && interrupt.Signal != os.Interrupt {
		return child.Signal(interrupt.Signal)
	}
	return os.ErrProcessDone // nothing to report: the child ends in its own way
}

// exitCodeOf is the exit code as a shell has it: 128 and the signal for a killed child.
func exitCodeOf(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitInterrupted + int(status.Signal())
	}
	return state.ExitCode()
}

// childEnv is this process's environment with the sandbox's, and with awsidem itself first on PATH.
func (a *app) childEnv(dir, url string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	link := filepath.Join(dir, "awsidem"+filepath.Ext(self))
	if err := os.Symlink(self, link); err != nil { // Windows may not let us
		if err := os.Link(self, link); err != nil {
			return nil, err
		}
	}
	set, unset, err := a.sandboxEnv(dir, url)
	if err != nil {
		return nil, err
	}
	return environment(append(set, pathWith(dir)), unset), nil
}

// pathWith returns the variable PATH with a folder before all others.
func pathWith(dir string) string {
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// environment returns this process's environment with some variables set and others left out.
func environment(set, unset []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(unset, name) || slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, name+"=") })
	})
	return append(env, set...)
}

// lookPath finds a command on the PATH of env. A name with a folder in it is a path already, as for os/exec.
func lookPath(name string, env []string) (string, error) {
	if name != "" && filepath.Base(name) != name {
		return name, nil
	}
	for _, variable := range env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			for _, dir := range filepath.SplitList(path) {
				if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
					return found, nil
				}
			}
		}
	}
	return "", exec.ErrNotFound
}
