package cli

import (
	"cmp"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// An Interrupt is the signal that ends a command. It is the cause of the end of the command's context.
type Interrupt struct{ Signal os.Signal }

// Error returns "interrupted by" and the signal's name.
func (i Interrupt) Error() string {
	return "interrupted by " + cmp.Or(interruptNames()[i.Signal], fmt.Sprintf("the signal %q", i.Signal))
}

// interruptNames returns the names of the signals that interrupt a command.
func interruptNames() map[os.Signal]string {
	return map[os.Signal]string{os.Interrupt: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP", syscall.SIGQUIT: "SIGQUIT"}
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
	for s := range interruptNames() {
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
}
