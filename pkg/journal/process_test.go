package journal

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// A process is dead if no process has its PID, if another process has its PID now, or if it is on another machine.
func TestAlive(t *testing.T) {
	self := thisProcess()
	if !self.alive() {
		t.Errorf("this process is dead: %+v", self)
	}
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	gone, elsewhere, later := self, self, self
	gone.PID = child.Process.Pid
	elsewhere.Host += "x"
	later.Start += "1"
	for _, p := range []process{gone, elsewhere, {}, {Host: self.Host, PID: -1}, {Host: self.Host}} {
		if p.alive() {
			t.Errorf("it lives: %+v", p)
		}
	}
	if (runtime.GOOS == "linux" || runtime.GOOS == "windows") && later.alive() {
		t.Error("a later process of its number counts as this one")
	}
}
