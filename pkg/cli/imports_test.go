package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/awsidem/awsidem/"

// layers are the packages by what they may import of ours: only what stands in a line below their own. Those in one line
// do not import each other.
var layers = [][]string{
	{"pkg/awstest"}, // tests alone import this package
	{"cmd/awsidem"},
	{"pkg/cli"},
	{"pkg/batch", "pkg/journal", "pkg/ensure", "pkg/retry", "pkg/awsec2", "pkg/render", "pkg/runbook", "pkg/sandbox"},
	{"pkg/dynamodb"},
	{"pkg/idem", "pkg/clienttoken", "pkg/shape", "pkg/identity"},
	{"pkg/text", "pkg/awsconfig"},
}

// own names the packages that alone may import what begins with the path.
var own = map[string][]string{
	"github.com/aws/":             {"pkg/awsec2", "pkg/identity", "pkg/dynamodb"},
	"github.com/cenkalti/backoff": {"pkg/retry"},
}

// standard are the packages that import nothing but the standard library.
var standard = []string{"pkg/sandbox", "pkg/idem", "pkg/awsconfig"}

// A listed package is what go list says of it; tests do not count.
type listed struct {
	ImportPath, Dir string
	Standard        bool
	Imports         []string
}

func TestImports(t *testing.T) {
	packages := list(t)
	for path, p := range packages {
		from, ours := unit(path)
		if !ours || strings.HasPrefix(from, "scripts/") {
			continue
		}
		at := layerOf(from)
		if at < 0 {
			t.Errorf("%s has no place in the design: give it one in this test", from)
		}
		// The result of a test is kept as long as the files are what they were that it opened.
		if _, err := os.ReadDir(p.Dir); err != nil {
			t.Error(err)
		}
		for _, imported := range p.Imports {
			to, ours := unit(imported)
			switch {
			case ours && to != from && layerOf(to) <= at:
				t.Errorf("%s imports %s, which is not below it", from, to)
			case slices.Contains(standard, from) && to != from && !packages[imported].Standard:
				t.Errorf("%s imports %s, and may import the standard library alone", from, imported)
			}
			for prefix, owners := range own {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(owners, from) {
					t.Errorf("%s imports %s, which only %s may do", from, imported, strings.Join(owners, " and "))
				}
			}
		}
	}
}

// unit is the package that a path belongs to: pkg/render for pkg/render/internal/number.
func unit(path string) (name string, ours bool) {
	name, ours = strings.CutPrefix(path, module)
	if parts := strings.SplitN(name, "/", 3); ours && len(parts) > 2 {
		name = parts[0] + "/" + parts[1]
	}
	return name, ours
}

func layerOf(unit string) int {
	return slices.IndexFunc(layers, func(layer []string) bool { return slices.Contains(layer, unit) })
}

// list returns all packages of this module and all that they need.
func list(t *testing.T) map[string]listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Dir,Standard,Imports", module+"...")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	packages := map[string]listed{}
	for decoder := json.NewDecoder(&stdout); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
}
