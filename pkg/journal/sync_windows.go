package journal

// syncFolder does nothing: Windows can't sync a folder. NTFS keeps a log of names, so that after a crash a rename is there
// or not there; that it is there, as on other systems, can't be promised.
func syncFolder(string) error { return nil }
