//go:build linked

package main

import (
	"context"
	"os"

	"github.com/awsidem/awsidem/pkg/cli"
)

// With the tag linked, the program has all of awsidem in it and uses none of it: it shows what being so big costs.
func init() {
	if len(os.Args) == 0 { // which no shell does; the linker can't know
		os.Exit(cli.Main(context.Background(), nil, cli.System()))
	}
}
