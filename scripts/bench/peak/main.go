//go:build unix

// Command peak runs a command, says on stderr how much memory it took at its peak, and ends with its exit code.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

func main() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...) // #nosec G204 -- it measures what it is told to
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		fmt.Fprintln(os.Stderr, "peak: this system does not tell what a process used")
		os.Exit(1)
	}
	kib := float64(usage.Maxrss)
	if runtime.GOOS == "darwin" { // there it is in bytes
		kib /= 1024
	}
	fmt.Fprintf(os.Stderr, "peak %.1f MiB\n", kib/1024)
	os.Exit(cmd.ProcessState.ExitCode())
}
