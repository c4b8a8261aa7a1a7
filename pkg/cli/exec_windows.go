package cli

import (
	"os"
	"os/exec"
	"os/signal"
)

// defaultPath is what is searched if PATH is not set. Windows searches its own folders in any case.
const defaultPath = ""

// replaceBy runs another program as a child, because Windows can't replace a process, and returns the program's exit code. The console sends
// Ctrl-C to both processes.
func (e *Env) replaceBy(path string, argv []string) int {
	signal.Ignore(os.Interrupt)
	child := exec.Command(path, argv[1:]...) // #nosec G204 -- the AWS CLI on PATH
	child.Stdin, child.Stdout, child.Stderr = e.In, e.Out, e.Err
	if err := child.Run(); err != nil && child.ProcessState == nil {
		e.say("running %q: %v", path, err)
		return exitCannotRun
	}
	return child.ProcessState.ExitCode()
}
