package journal

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/windows"
)

// A process that has ended is dead, also while another process, such as the shell that started it, has a handle of it.
func TestAliveWithHandle(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid := child.Process.Pid
	handle, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CloseHandle(handle) }()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	self := thisProcess()
	if exists(pid) || (process{Host: self.Host, PID: pid, Start: startOf(pid)}).alive() {
		t.Error("a process that has ended lives")
	}
}
