//go:build !windows

package journal

// retryBusy calls do once: here, an open file can be read, renamed, replaced and removed.
func retryBusy(do func() error) error { return do() }
