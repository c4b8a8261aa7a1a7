// Command awsidem creates EC2 route tables and network ACLs exactly once.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/awsidem/awsidem/pkg/cli"
)

func main() {
	env := cli.System()
	args, code, ended := env.Called(os.Args) // before signals are caught: the real aws may take the place of this process
	if ended {
		os.Exit(code)
	}
	ctx, interrupt := context.WithCancelCause(context.Background())
	caught := make(chan struct{})
	go func() { // beside the program's own start, as it takes a while
		signals := make(chan os.Signal, 1)
		// A reader that has gone is an error of the write, which says what was created. Ignored, children would ignore it, too.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
		for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
			if !signal.Ignored(s) { // as nohup and a shell's & ask for
				signal.Notify(signals, s)
			}
		}
		close(caught)
		interrupt(cli.Interrupt{Signal: <-signals})
		time.Sleep(100 * time.Millisecond) // a terminal, and a parent that passes signals on, often send one twice
		signal.Stop(signals)               // a second one kills
	}()
	env.Caught = caught
	os.Exit(cli.Main(ctx, args, env))
}
