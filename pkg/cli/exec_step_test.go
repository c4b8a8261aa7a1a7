package cli

import (
	"path/filepath"
	"testing"
)

// Windows and macOS run the "aws" of a run under names in capital letters, too.
func TestBinOf(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "awsidem-exec")
	for name, want := range map[string]bool{"aws": true, "aws.exe": true, "AWS": true, "AWS.EXE": true, "awsidem": false, "aws.cmd": false} {
		if dir, ok := binOf(filepath.Join(bin, name)); ok != want || want && dir != bin {
			t.Errorf("%s: %q, %v", name, dir, ok)
		}
	}
}
