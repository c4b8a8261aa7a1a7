// Command awsidem creates EC2 resources exactly once.
package main

import (
	"context"
	"os"

	"github.com/awsidem/awsidem/pkg/cli"
)

func main() {
	env := cli.System()
	args, code, ended := env.Arguments(os.Args) // before signals are caught: the real aws may take the place of this process
	if ended {
		os.Exit(code)
	}
	ctx, interrupt := context.WithCancelCause(context.Background())
	env.Caught = catchSignals(interrupt)
	os.Exit(cli.Main(ctx, args, env))
}
