package runbook

import (
	"bytes"
	"os"
	"path/filepath"
)

// InUse reports whether a process still has the folder of the run on its PATH. It sees the processes of this user on Linux, and none on other
// systems, which have no such files.
func (r *Run) InUse() bool {
	files, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is right
	for _, file := range files {
		environ, _ := os.ReadFile(file) // #nosec G304 -- a process that has ended, or is another user's, has none to read
		if bytes.Contains(environ, []byte(r.Bin())) {
			return true
		}
	}
	return false
}
