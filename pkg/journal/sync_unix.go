//go:build !windows

package journal

import "os"

// canSyncNames is true, because syncNames needs the open folder.
const canSyncNames = true

// syncNames makes the names in an open folder durable.
func syncNames(folder *os.File) error { return folder.Sync() }
