//go:build !windows

package cli

import (
	"os"
	"syscall"
)

// replaceBy replaces this process by another program, which so has its streams, its signals and its exit code. It returns an exit code only
// if that fails.
func (e *Env) replaceBy(path string, argv []string) int {
	err := syscall.Exec(path, argv, os.Environ()) // #nosec G204 -- the AWS CLI on PATH
	e.say("running %q: %v", path, err)
	return exitCannotRun
}
