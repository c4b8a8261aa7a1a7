package cli

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// An Interrupt is the signal that ends a command. It is the cause of the end of the command's context.
type Interrupt struct{ Signal os.Signal }

// Error returns "interrupted by" and the signal's name.
func (i Interrupt) Error() string {
	switch i.Signal {
	case os.Interrupt:
		return "interrupted by SIGINT"
	case syscall.SIGTERM:
		return "interrupted by SIGTERM"
	case syscall.SIGHUP:
		return "interrupted by SIGHUP"
	case syscall.SIGQUIT:
		return "interrupted by SIGQUIT"
	}
	return fmt.Sprintf("interrupted by the signal %q", i.Signal)
}

// exitCode returns 128 plus the signal's number, as a shell does.
func (i Interrupt) exitCode() int {
	if s, ok := i.Signal.(syscall.Signal); ok {
		return exitInterrupted + int(s)
	}
	return exitOther
}

// NotifyInterrupts relays to c the signals that interrupt a command. It leaves out those that the process was started to ignore, as
// nohup and a shell's "&" do.
func NotifyInterrupts(c chan<- os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
}
