package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func (a *app) newSandboxExecCommand() *cobra.Command {
	var sandbox sandboxFlags
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command against a sandbox of its own",
		Long: `Starts a sandbox on a free port of this machine, runs COMMAND with AWS_ENDPOINT_URL_EC2, a Region, dummy credentials, a
journal of its own and awsidem itself on its PATH, and ends with COMMAND's exit code and a report on stderr of what the sandbox did.

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
			box, url, stop, err := sandbox.start(cmd.Context(), a, "127.0.0.1:0")
			if err != nil {
				return err
			}
			defer stop()
			err = a.runIn(cmd.Context(), url, args)
			stop()
			a.reportSandbox(box)
			return err
		},
	}
	a.flags[cmd] = func() {
		cmd.Long += "\n\n" + faultsHelp()
		sandbox.register(cmd.Flags())
	}
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// runIn runs a command in a sandbox's environment. Its error is the exitStatus of the command, if that is not 0.
func (a *app) runIn(ctx context.Context, url string, args []string) error {
	dir, err := os.MkdirTemp("", "awsidem-sandbox-")
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	env, err := childEnv(dir, url)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	path, err := lookPath(args[0], env)
	if err != nil {
		return a.cannotRun(args[0], err)
	}
	child := exec.CommandContext(ctx, path) // #nosec G204 -- it runs what it was told to run
	child.Args = args
	child.Env = env
	child.Stdin, child.Stdout, child.Stderr = a.In, a.Out, a.Err
	child.Cancel = func() error { return forward(child.Process, context.Cause(ctx)) }
	err = child.Run()
	if state := child.ProcessState; state != nil {
		if code := exitCodeOf(state); code != 0 {
			return exitStatus(code)
		}
		return nil
	}
	return a.cannotRun(args[0], err)
}

// cannotRun ends as a shell does that can't run a command: with 127 if there is none of that name, else with 126.
func (a *app) cannotRun(name string, err error) error {
	a.say("running %q: %v", name, reason(err))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
		return exitStatus(127)
	}
	return exitStatus(126)
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

// childEnv is this process's environment, with the sandbox's endpoint, without anything that leads to another one or to
// real credentials, and with awsidem itself first on PATH.
func childEnv(dir, url string) ([]string, error) {
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
	set := append(sandboxEnv(url), "AWSIDEM_JOURNAL="+filepath.Join(dir, "journal"), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"),
		"NO_PROXY=127.0.0.1,"+os.Getenv("NO_PROXY"), "no_proxy=127.0.0.1,"+os.Getenv("no_proxy")) // not every client spares loopback
	unset := []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
		"AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"}
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(unset, name) ||
			slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, name+"=") })
	})
	return append(env, set...), nil
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
