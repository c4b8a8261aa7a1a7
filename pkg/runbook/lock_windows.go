package runbook

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock opens or creates a file, and locks the file until it is closed. If another process has locked the file, the error is errHeld. Programs
// that open the file without a lock, such as virus scanners, do not count.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- a file of the run
	if err != nil {
		return nil, err
	}
	beyond := windows.Overlapped{OffsetHigh: 1 << 30} // the locked byte is behind the content, so that other programs can read the content
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &beyond)
	if err == nil {
		return file, nil
	}
	_ = file.Close() // nothing was written
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return nil, errHeld
	}
	return nil, &os.PathError{Op: "lock", Path: path, Err: err}
}
