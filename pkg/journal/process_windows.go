package journal

import "os"

// startOf is not known here: a process with the number of one that died counts as that one, and its intent is left alone
// until it ends.
func startOf(int) string { return "" }

func exists(pid int) bool {
	p, err := os.FindProcess(pid) // on Windows it opens the process
	if err != nil {
		return false
	}
	_ = p.Release()
	return true
}
