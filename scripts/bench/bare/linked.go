//go:build linked

package main

import (
	"context"
	"os"

	"github.com/awsidem/awsidem/pkg/cli"
)

// The tag linked adds all of awsidem to the program, without using it. The program then shows the cost of its size alone.
func init() {
	if len(os.Args) == 0 { // never true, but the linker can't know that
		os.Exit(cli.Main(context.Background(), nil, cli.System()))
	}
}
