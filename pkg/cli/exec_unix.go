//go:build !windows

package cli

import (
	"os"
	"syscall"
)

// defaultPath is what a shell searches if PATH is not set.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// replaceBy replaces this process by another program, which inherits the streams and gets the signals. It returns an exit code only if that
// fails.
func (e *Env) replaceBy(path string, argv []string) int {
	err := syscall.Exec(path, argv, os.Environ()) // #nosec G204 -- the AWS CLI on PATH
	e.say("running %q: %v", path, err)
	return exitCannotRun
}
