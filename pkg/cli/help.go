package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// NewCommand gives the tree of all commands with all their flags, for what describes or completes them: man pages, shell
// completions, tests. [Main] runs the program.
func NewCommand() *cobra.Command {
	a := &app{Env: Env{
		Streams: Streams{Out: io.Discard, Err: io.Discard},
		Lookup:  func(string) (string, bool) { return "", false },
	}}
	root := a.newRootCommand()
	a.addFlags()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// addFlags adds the flags of all commands.
func (a *app) addFlags() {
	for cmd, add := range a.flags {
		add()
		delete(a.flags, cmd)
	}
}
