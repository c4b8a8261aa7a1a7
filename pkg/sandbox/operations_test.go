package sandbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sdkFolder returns the source of the AWS SDK, which is in the module cache.
func sdkFolder(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/ec2").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// creates returns the actions that create something under a client token, sorted.
func creates() []string {
	var all []string
	for name := range names().creates {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// The committed table is what the generator makes of the SDK's source.
func TestTableIsCurrent(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./scripts/ec2table", "-check", "pkg/sandbox/table.jsonl")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// The SDK's module has a request of each operation in which every member is set. The sandbox knows every parameter of the
// creates, the Describes and the deletes.
func TestSnapshots(t *testing.T) {
	folder := filepath.Join(sdkFolder(t), "request_snapshot")
	equal(t, "creates", len(creates()), 78)
	for _, name := range Actions() {
		if name == "CreateVpc" {
			continue // served in part
		}
		text, err := os.ReadFile(filepath.Join(folder, name+".request.snap"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		form := strings.Fields(strings.ReplaceAll(lines[len(lines)-1], "&", " "))
		var spec []string
		for _, f := range form[1:] {
			if !strings.HasPrefix(f, "MaxResults=") {
				spec = append(spec, f)
			}
		}
		s := New(Config{})
		if a := ask(t, s, name+" "+strings.Join(spec, " ")); a.Code == "UnknownParameter" || a.Code == "MissingParameter" || a.Code == "InvalidAction" {
			t.Errorf("%s: %s: %s", name, a.Code, a.Message)
		}
		if a := ask(t, s, name+" Colour=red"); a.Code != "UnknownParameter" {
			t.Errorf("%s with an unknown parameter: %s", name, a.Code)
		}
	}
}
