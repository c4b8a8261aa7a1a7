// Command awsidem creates EC2 resources exactly once.
package main

import (
	"context"
	"os"

	"github.com/awsidem/awsidem/pkg/cli"
)

func main() {
	ctx, interrupt := context.WithCancelCause(context.Background())
	env := cli.System()
	env.Caught = catchSignals(interrupt)
	os.Exit(cli.Main(ctx, os.Args[1:], env))
}
