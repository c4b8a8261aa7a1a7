package journal

import (
	"strconv"

	"golang.org/x/sys/windows"
)

// startOf returns the time at which a process was created, in units of 100 ns as in a FILETIME; "" if there is no such process, or if this user
// may not query the process.
func startOf(pid int) string {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid)) // #nosec G115 -- a PID of Windows
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(process) }() // nothing was written
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return ""
	}
	return strconv.FormatUint(uint64(created.HighDateTime)<<32|uint64(created.LowDateTime), 10)
}

// exists reports whether the process exists and has not ended. A process that has ended can still be opened while another process has a
// handle of it, as a shell has of its children.
func exists(pid int) bool {
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid)) // #nosec G115 -- a PID of Windows
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseHandle(process) }() // nothing was written
	event, err := windows.WaitForSingleObject(process, 0)
	return err == nil && event == uint32(windows.WAIT_TIMEOUT)
}

// machine returns "": a later process may have the PID of a run, so the lease alone counts.
func machine() string { return "" }
