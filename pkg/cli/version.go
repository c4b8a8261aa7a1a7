package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version gives the version of the module that this binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func (a *app) newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			return a.result(fmt.Appendf(nil, "awsidem %s\n", version()))
		},
	}
}
