//go:build !linux

package runbook

// InUse reports false: the environment of other processes is not known on this system.
func (r *Run) InUse() bool { return false }
