package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/awsidem/awsidem/pkg/cli"
)

// catchSignals calls interrupt at the first signal that interrupts a command; a second signal kills the process. It returns a channel
// that is closed once signals are caught. That takes a while, in which the program starts.
func catchSignals(interrupt context.CancelCauseFunc) (caught <-chan struct{}) {
	ready := make(chan struct{})
	go func() {
		// With SIGPIPE caught, a write to a closed pipe returns an error, and the program can report what it created. An ignored
		// SIGPIPE would do the same, but children would inherit that.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
		signals := make(chan os.Signal, 1)
		cli.NotifyInterrupts(signals)
		close(ready)
		interrupt(cli.Interrupt{Signal: <-signals})

		time.Sleep(100 * time.Millisecond) // terminals, and parents that pass signals on, often send a signal twice
		quit := make(chan os.Signal, 1)
		if !signal.Ignored(syscall.SIGQUIT) {
			signal.Notify(quit, syscall.SIGQUIT)
		}
		signal.Stop(signals)
		for range quit { // a SIGQUIT that is not caught makes Go print the stacks of all goroutines
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Signal(syscall.SIGTERM) // fails on Windows, where no SIGQUIT arrives
			}
		}
	}()
	return ready
}
