// Command emptycobra is the smallest program with cobra. Its --help is the lower bound for awsidem --help.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	cmd := &cobra.Command{Use: "emptycobra", Short: "Do nothing", Run: func(*cobra.Command, []string) {}}
	if cmd.Execute() != nil {
		os.Exit(1)
	}
}
