package identity

import "golang.org/x/sys/windows"

// splitCommand splits a credential_process into the program and its arguments, as Windows programs split their command line: a backslash
// is part of a path.
func splitCommand(line string) ([]string, error) { return windows.DecomposeCommandLine(line) }
