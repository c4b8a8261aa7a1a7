//go:build unix

// Command peak runs a command, prints the command's peak memory on stderr, and exits with the command's exit code.
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
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		fmt.Fprintln(os.Stderr, "peak: this system does not report the memory of a process")
		os.Exit(1)
	}
	kib := float64(usage.Maxrss)
	if runtime.GOOS == "darwin" { // reported in bytes, elsewhere in KiB
		kib /= 1024
	}
	fmt.Fprintf(os.Stderr, "peak %.1f MiB\n", kib/1024)
	os.Exit(cmd.ProcessState.ExitCode())
}
