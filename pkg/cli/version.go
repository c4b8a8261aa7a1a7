package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version returns the version of this binary without a leading v, or "devel" if it was built without one.
func version() string { return versionOf(buildInfo()) }

// buildInfo returns what the build recorded in this binary. It is empty if the build recorded nothing.
func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}

func versionOf(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "(devel)" && v != "" {
		return strings.TrimPrefix(v, "v")
	}
	return "devel"
}

// describeBuild returns the lines that the version command prints. A build in a checkout records the commit; a build of
// go install MODULE@VERSION records only the version.
func describeBuild(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := cmp.Or(settings["vcs.revision"], "unknown")
	if settings["vcs.modified"] == "true" {
		commit += ", modified"
	}
	lines := fmt.Sprintf("awsidem %s\ncommit %s\ndate %s\ngo %s %s/%s\n", versionOf(info), commit, cmp.Or(settings["vcs.time"], "unknown"),
		strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS, runtime.GOARCH)
	for _, m := range info.Deps {
		name := strings.TrimPrefix(m.Path, "github.com/aws/")
		if name == "aws-sdk-go-v2" || name == "aws-sdk-go-v2/service/ec2" {
			lines += fmt.Sprintf("%s %s\n", name, strings.TrimPrefix(m.Version, "v"))
		}
	}
	return lines
}

func (a *app) printVersion() error { return a.result([]byte(describeBuild(buildInfo()))) }

// addVersionFlag adds --version to root. Cobra's own flag needs the version at the start of every command.
func (a *app) addVersionFlag(root *cobra.Command) {
	wanted := root.Flags().BoolP("version", "v", false, "print the version of this program and of what it was built with")
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *wanted {
			return a.printVersion()
		}
		return commandNeeded(cmd, args)
	}
}

func (a *app) newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program and of what it was built with",
		Long: `Prints one fact per line: the version, the commit and its date, the version of Go with the platform, and the versions of the
AWS SDK. If the build did not record a fact, version prints "unknown".`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.printVersion() },
	}
}
