package journal

import "os"

// canSyncNames is false, so that the journal keeps no folder open: Windows does not rename or remove an open folder.
const canSyncNames = false

// syncNames does nothing: Windows can't sync a folder. NTFS logs changes of names, so a rename is whole or absent after a crash. That
// the rename is there, as on other systems, can't be promised.
func syncNames(*os.File) error { return nil }
