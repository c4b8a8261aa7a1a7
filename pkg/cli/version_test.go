package cli

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestDescribeBuild(t *testing.T) {
	const commit = "654c4a2c0ffee654c4a2c0ffee654c4a2c0ffee6"
	checkout := []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: "2026-11-23T14:13:13Z"}}
	for _, test := range []struct {
		name     string
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"a test", "", nil, "awsidem devel\ncommit unknown\ndate unknown\n"},
		{"go build without a checkout", "(devel)", nil, "awsidem devel\ncommit unknown\ndate unknown\n"},
		{"go install of a tag", "v1.2.3", nil, "awsidem 1.2.3\ncommit unknown\ndate unknown\n"},
		{"go build of a tagged commit", "v1.2.3", checkout, "awsidem 1.2.3\ncommit " + commit + "\ndate 2026-11-23T14:13:13Z\n"},
		{"go build with changes", "v1.2.4-0.20261123141313-654c4a2c0ffe+dirty", append(checkout, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
			"awsidem 1.2.4-0.20261123141313-654c4a2c0ffe+dirty\ncommit " + commit + ", modified\ndate 2026-11-23T14:13:13Z\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := describeBuild(&debug.BuildInfo{
				Main:     debug.Module{Version: test.version},
				Settings: test.settings,
				Deps: []*debug.Module{
					{Path: "github.com/aws/aws-sdk-go-v2", Version: "v1.47.7"},
					{Path: "github.com/aws/aws-sdk-go-v2/config", Version: "v1.32.0"},
					{Path: "github.com/aws/aws-sdk-go-v2/service/ec2", Version: "v1.344.1"},
				},
			})
			if !strings.HasPrefix(got, test.want+"go ") || !strings.HasSuffix(got, "\naws-sdk-go-v2 1.47.7\naws-sdk-go-v2/service/ec2 1.344.1\n") {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
