package cli

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuild(t *testing.T) {
	vcs := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "654c4a2c0ffee654c4a2c0ffee654c4a2c0ffee6"}, {Key: "vcs.time", Value: "2026-11-23T14:13:13Z"},
	}
	for _, test := range []struct {
		name     string
		version  string
		settings []debug.BuildSetting
		want     []string
	}{
		{"go build without vcs information", "(devel)", nil, []string{"awsidem devel", "commit unknown", "date unknown"}},
		{"a test", "", nil, []string{"awsidem devel", "commit unknown", "date unknown"}},
		{"go build of a tagged commit", "v1.2.3", vcs,
			[]string{"awsidem 1.2.3", "commit 654c4a2c0ffee654c4a2c0ffee654c4a2c0ffee6", "date 2026-11-23T14:13:13Z"}},
		{"go build with changes", "v1.2.4-0.20261123141313-654c4a2c0ffe+dirty", append(vcs, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
			[]string{"awsidem 1.2.4-0.20261123141313-654c4a2c0ffe+dirty", "commit 654c4a2c0ffee654c4a2c0ffee654c4a2c0ffee6, modified", "date 2026-11-23T14:13:13Z"}},
		{"go install of a tag", "v1.2.3", nil, []string{"awsidem 1.2.3", "commit unknown", "date unknown"}},
		{"go install of a prerelease", "v1.2.3-rc-1-abcdefabcdef", nil, []string{"awsidem 1.2.3-rc-1-abcdefabcdef", "commit unknown", "date unknown"}},
		{"go install of a commit", "v0.0.0-20261123141313-654c4a2c0ffe", nil,
			[]string{"awsidem 0.0.0-20261123141313-654c4a2c0ffe", "commit 654c4a2c0ffe", "date 2026-11-23T14:13:13Z"}},
		{"go install of a commit after a tag", "v1.2.4-0.20261123141313-654c4a2c0ffe", nil,
			[]string{"awsidem 1.2.4-0.20261123141313-654c4a2c0ffe", "commit 654c4a2c0ffe", "date 2026-11-23T14:13:13Z"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			info := &debug.BuildInfo{Settings: test.settings}
			info.Main.Version = test.version
			info.Deps = []*debug.Module{
				{Path: "github.com/aws/aws-sdk-go-v2", Version: "v1.47.7"},
				{Path: "github.com/aws/aws-sdk-go-v2/service/ec2", Version: "v1.0.0",
					Replace: &debug.Module{Path: "github.com/aws/aws-sdk-go-v2/service/ec2", Version: "v1.344.1"}},
			}
			got := strings.Split(newBuild(info, true).facts(), "\n")
			checkLines(t, got[:3], test.want)
			checkLines(t, got[4:], []string{"aws-sdk-go-v2 1.47.7", "aws-sdk-go-v2/service/ec2 1.344.1", ""})
		})
	}
}

func TestBuildWithoutInfo(t *testing.T) {
	got := strings.Split(newBuild(nil, false).facts(), "\n")
	checkLines(t, got[:3], []string{"awsidem devel", "commit unknown", "date unknown"})
	checkLines(t, got[4:], []string{"aws-sdk-go-v2 unknown", "aws-sdk-go-v2/service/ec2 unknown", ""})
}

func checkLines(t *testing.T, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got:\n%s\nwant:\n%s", g, w)
	}
}
