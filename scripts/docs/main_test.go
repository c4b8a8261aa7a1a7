package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/cli"
)

// Every command has a man page with all its flags.
func TestMan(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "")
	pages := generate(t)
	var check func(*cobra.Command)
	check = func(cmd *cobra.Command) {
		if cmd.IsAdditionalHelpTopicCommand() {
			if cmd.Name() == "aws-flags" { // every page lists these flags
				return
			}
			if page := pages[strings.ReplaceAll(cmd.Parent().CommandPath(), " ", "-")+".1"]; !strings.Contains(page, ".SH "+strings.ToUpper(cmd.Short)) {
				t.Errorf("the page of %q lacks the topic %q", cmd.Parent().CommandPath(), cmd.Short)
			}
			return
		}
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		page := strings.ReplaceAll(pages[name], `\-`, "-")
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !f.Hidden && !strings.Contains(page, `\fB--`+f.Name+`\fP`) {
				t.Errorf("%s lacks --%s", name, f.Name)
			}
		})
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
				check(sub)
			}
		}
	}
	check(cli.NewCommand())
	release, err := os.ReadFile(filepath.Join("..", "..", ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range pages { // the release's own check is scripts/package.sh
		if !strings.Contains(string(release), "      - man/man1/"+name+".gz\n") {
			t.Errorf(".goreleaser.yaml lacks the man page %s", name)
		}
	}
	if again := generate(t); !cmp.Equal(pages, again) {
		t.Errorf("two runs differ: %s", cmp.Diff(pages, again))
	}
	if first, _, _ := strings.Cut(pages["awsidem.1"], "\n"); strings.Contains(first, "0001") {
		t.Errorf("dated without SOURCE_DATE_EPOCH: %s", first)
	}
}

func TestManDate(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	if page := generate(t)["awsidem.1"]; !strings.Contains(page, `"Nov 2023"`) {
		t.Errorf("not dated by SOURCE_DATE_EPOCH:\n%.200s", page)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if err := run([]string{t.TempDir()}); err == nil {
		t.Error("SOURCE_DATE_EPOCH=yesterday is accepted")
	}
}

func TestBadArguments(t *testing.T) {
	for _, args := range [][]string{nil, {"man", t.TempDir()}} {
		if err := run(args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// The program does not import the man page generator.
func TestNotInTheProgram(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "github.com/awsidem/awsidem/cmd/awsidem").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.HasPrefix(path, "github.com/spf13/cobra/doc") || strings.Contains(path, "md2man") {
			t.Errorf("awsidem imports %s", path)
		}
	}
}

// generate returns the man pages by name.
func generate(t *testing.T) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new")
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}
