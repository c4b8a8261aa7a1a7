// Command emptycobra does nothing, with cobra: the floor for a program that has its --help.
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
