package runbook

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What Link makes runs the program, and can be removed while the program runs. So does a copy, which takes the place of a symbolic link.
func TestLink(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]func(program, path string) error{"link": Link, "copy": copyProgram} {
		path := filepath.Join(t.TempDir(), name+filepath.Ext(self))
		if err := link(self, path); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(path, "-test.run=^$").CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		if err := os.Remove(path); err != nil { // this process still runs
			t.Error(err)
		}
	}
}
