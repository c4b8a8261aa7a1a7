package runbook

import (
	"bytes"
	"os"
	"path/filepath"
)

// InUse reports whether a process still has the folder of the run on its PATH. On Linux, it finds the processes of this user. On other systems,
// it returns false, because they do not have the files of /proc.
func (r *Run) InUse() bool {
	files, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is right
	for _, file := range files {
		environ, _ := os.ReadFile(file) // #nosec G304 -- the file of an ended process, or of another user's, can't be read
		if bytes.Contains(environ, []byte(r.Bin())) {
			return true
		}
	}
	return false
}
