package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// What the linker writes into a release: see .goreleaser.yaml. Any other build tells by its build info.
var releaseVersion, releaseCommit, releaseDate string

// A build is what a binary was made from.
type build struct {
	version, commit, date string
	modules               map[string]string // module path to version
}

// version gives the version of this binary, without a leading v.
func version() string {
	if releaseVersion != "" { // a release is asked at each start, and reading the build info takes time
		return releaseVersion
	}
	return newBuild(debug.ReadBuildInfo()).version
}

// newBuild reads what the go command recorded: for a build in a checkout the commit, for go install MODULE@VERSION the
// version, which holds the commit where it has no tag.
func newBuild(info *debug.BuildInfo, ok bool) build {
	b := build{version: "devel", commit: "unknown", date: "unknown", modules: map[string]string{}}
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = strings.TrimPrefix(v, "v")
		b.commit, b.date = pseudo(v)
	}
	modified := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.date = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	if modified {
		b.commit += ", modified"
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.modules[m.Path] = m.Version
	}
	return b
}

// pseudo gives the commit and the date that a pseudo-version ends in: v0.0.0-20261123141313-654c4a2c0ffe.
func pseudo(version string) (commit, date string) {
	version, _, _ = strings.Cut(version, "+")
	parts := strings.Split(version, "-")
	if len(parts) < 3 || len(parts[len(parts)-1]) != 12 {
		return "unknown", "unknown"
	}
	stamp := parts[len(parts)-2]
	at, err := time.Parse("20060102150405", stamp[strings.LastIndexByte(stamp, '.')+1:])
	if err != nil {
		return "unknown", "unknown"
	}
	return parts[len(parts)-1], at.Format(time.RFC3339)
}

// facts are the lines that the command version prints.
func (b build) facts() string {
	var s strings.Builder
	fmt.Fprintf(&s, "awsidem %s\n", b.version)
	fmt.Fprintf(&s, "commit %s\n", b.commit)
	fmt.Fprintf(&s, "date %s\n", b.date)
	fmt.Fprintf(&s, "go %s %s/%s\n", strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS, runtime.GOARCH)
	for _, module := range []string{"aws-sdk-go-v2", "aws-sdk-go-v2/service/ec2"} {
		fmt.Fprintf(&s, "%s %s\n", module, cmp.Or(strings.TrimPrefix(b.modules["github.com/aws/"+module], "v"), "unknown"))
	}
	return s.String()
}

// printVersion says what this binary was made from.
func (a *app) printVersion() error {
	b := newBuild(debug.ReadBuildInfo())
	b.version = cmp.Or(releaseVersion, b.version)
	b.commit = cmp.Or(releaseCommit, b.commit)
	b.date = cmp.Or(releaseDate, b.date)
	return a.result([]byte(b.facts()))
}

// addVersionFlag makes root take --version. Cobra's own would want the version at the start of each command.
func (a *app) addVersionFlag(root *cobra.Command) {
	wanted := root.Flags().BoolP("version", "v", false, "print what this program was made from")
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
		Short: "Print what this program was made from",
		Long: `version prints one fact a line: the version, the commit that it was built from, the commit's date, the version of Go and
the platform, and the versions of the AWS SDK. What a build did not record is "unknown".`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.printVersion() },
	}
}
