//go:build !windows

package identity

import "github.com/awsidem/awsidem/pkg/awsconfig"

// splitCommand splits a credential_process into the program and its arguments, as a POSIX shell splits words.
func splitCommand(line string) ([]string, error) { return awsconfig.Words(line) }
