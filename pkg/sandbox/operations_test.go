package sandbox

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
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

// snapshot returns the parameters of the SDK's request of an action in which every member is set.
func snapshot(t *testing.T, folder, action string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, action+".request.snap"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	form := strings.Split(lines[len(lines)-1], "&")
	return slices.DeleteFunc(form, func(f string) bool { return strings.HasPrefix(f, "Action=") || strings.HasPrefix(f, "Version=") })
}

// For any parameters, an action answers with a document, and a request that fails creates nothing.
func TestAnyParameters(t *testing.T) {
	folder := filepath.Join(sdkFolder(t), "request_snapshot")
	all := map[string][]string{}
	for _, name := range Actions() {
		if name != "CreateVpc" { // served in part
			all[name] = snapshot(t, folder, name)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := New(Config{Faults: MustFaults("partial-success=0.2", "failed-state=0.2", "wrong-parameter=0.2")})
		for range rapid.IntRange(1, 20).Draw(rt, "requests") {
			action := rapid.SampledFrom(Actions()).Draw(rt, "action")
			spec := action
			for _, f := range all[action] {
				name, value, _ := strings.Cut(f, "=")
				if name == "DryRun" || strings.HasPrefix(name, "Tag") || rapid.IntRange(0, 7).Draw(rt, "leave out") == 0 {
					continue
				}
				values := []string{value, value, "1", OtherVPC}
				if made := s.Resources(); len(made) > 0 {
					values = append(values, made[len(made)-1].ID)
				}
				if value = rapid.SampledFrom(values).Draw(rt, "value"); name == "VpcId" {
					value = OtherVPC
				}
				spec += " " + name + "=" + value
			}
			before := len(s.Resources())
			if a := ask(t, s, spec); a.Status != http.StatusOK && len(s.Resources()) != before || a.Status >= 500 {
				rt.Fatalf("%s: %d %s", spec, a.Status, a.Body)
			}
		}
	})
}

// The committed table is the generator's output for the SDK's source.
func TestTableIsCurrent(t *testing.T) {
	t.Parallel()
	fresh := filepath.Join(t.TempDir(), "table.jsonl")
	if out, err := exec.CommandContext(t.Context(), "go", "run", "../../scripts/ec2table", fresh).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	table, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	if string(table) != tableText {
		t.Error("table.jsonl is not current; review the difference and run go generate ./pkg/sandbox")
	}
}

// The table that other people's clients are tested with has every create of the sandbox.
func TestClientsCreateEverything(t *testing.T) {
	text, err := os.ReadFile("testdata/clients/operations.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var tested []string
	for line := range strings.Lines(string(text)) {
		if name, _, _ := strings.Cut(line, "\t"); !strings.HasPrefix(name, "#") {
			tested = append(tested, name)
		}
	}
	equal(t, "creates in testdata/clients/operations.tsv", tested, creates())
}

// The SDK's module has a request of each operation in which every member is set. The sandbox knows every parameter of the
// creates, the Describes and the deletes.
func TestSnapshots(t *testing.T) {
	folder := filepath.Join(sdkFolder(t), "request_snapshot")
	for _, name := range Actions() {
		if name == "CreateVpc" {
			continue // served in part
		}
		spec := slices.DeleteFunc(snapshot(t, folder, name), func(f string) bool { return strings.HasPrefix(f, "MaxResults=") })
		s := New(Config{})
		if a := ask(t, s, name+" "+strings.Join(spec, " ")); a.Code == "UnknownParameter" || a.Code == "MissingParameter" || a.Code == "InvalidAction" {
			t.Errorf("%s: %s: %s", name, a.Code, a.Message)
		}
		if a := ask(t, s, name+" Colour=red"); a.Code != "UnknownParameter" {
			t.Errorf("%s with an unknown parameter: %s", name, a.Code)
		}
	}
}
