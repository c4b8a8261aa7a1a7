package awsconfig

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/awstest"
)

// seeds are files that other parsers read differently.
func seeds() []string {
	return []string{
		"",
		"[default]\nregion = eu-west-1\n",
		"[profile ops\nregion = eu-west-1\n",
		"[ops]\naws_access_key_id AKIAOPS\n",
		"[default]\nregion = eu-west-1\n<<<<<<< HEAD\n",
		"[default]\na = 1\n[default]\na = 2\n",
		"[default]\na = 1\nA = 2\n",
		"# M\xfcller\n[default]\na = 1\n",
		"[profile 'night shift']\nregion = eu-west-1\n[profile \"ops\"]\na = 1\n[profile a\\ b]\nc = d\n",
		"[profile a b]\n[profile 'a]\n[profile]\n[profilex y]\n[ profile z ]\n[default]\n[profile default]\nx = y\n",
		"[profile default]\nx = y\n[default]\nz = 1\n",
		"[default]\nregion = eu-west-1 # Ireland ; or so\nx = \"quoted\" %(y)s $z\n",
		"[default]\ns3 =\n  addressing_style = path\n\n  # comment\n  use = a = b\nregion = r\n",
		"[default]\ns3 =\n  addressing_style\n",
		"[default]\nregion = us-east-1\n  -x\n\n  y\nz = 1\n",
		"[default]\n  region = a\n    b\n  c = d\n e = f\n",
		"  [default]\n  a = b\n",
		"[default] # comment ] x\na: b\nc : d = e\n= f\n",
		"[default]\r\na = b\r\n\r\nc = d\r[x]\re = f",
		"\ufeff[default]\na = b\n",
		"a = b\n[default]\n",
		"[]\n", "[]]\na = b\n", "[default]\n[]x = 1\n", "[default]\n[] = 1\n",
		"[DEFAULT]\nregion = r\n[a]\nb = c\n[DEFAULT]\nx = y\n[d]\nregion = own\n",
		"[DEFAULT]\nregion = r\n[DEFAULT]\nregion = r\n",
		"[sso-session corp]\nsso_region = r\n[services 'x y']\nec2 =\n  endpoint_url = http://localhost\n[preview]\na = b\n",
		"[default]\n\u00a0a = b\n\u2003c\u2003=\u2003d\u2003\nx = \x1cy\n",
		"[default]\na =\n\n  \n  x = 1\x0by = 2\u2028z = 3\n",
		"[default]\na =\n",
		"[a]\n[b]\n  c = d\n  [e]\n    f = g\n",
		"; c\n[a]\n;c = d\n  # e = f\ng = ;h\n",
		"[a]\nb\n", "[a]\nKEY = v\nkey2=\n x\n", "[a]\nx = 1\n\n\n   y = 2\n",
	}
}

// random returns a file of random fragments. Most such files are unusual, and many can be parsed.
func random(r *rand.Rand) string {
	parts := []string{
		"[default]\n", "[profile a]\n", "[profile 'b c']\n", "[x]\n", "[DEFAULT]\n", "[services s]\n", "[sso-session t]", "[", "]", "\n", "\n", "\r\n", "\r",
		"region = r\n", "key: v\n", "k =\n", "  n = 1\n", "\tm = 2\n", " ", "  ", "\t", "=", ":", "#", ";", "'", "\"", "\\", "a", "B", "ä", "\u00a0", "\u2028", "\x0b",
		"\x1f", "\ufeff", "\xff", "%", "$", "aws_access_key_id = AKIA\n", "ec2 =\n  endpoint_url = u\n", "# comment\n", "value", "0", "\x00",
	}
	var b strings.Builder
	if r.IntN(2) == 0 {
		b.WriteString(parts[r.IntN(4)])
	}
	for range 1 + r.IntN(14) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// Parse returns the same settings as the AWS CLI, or an error.
func TestParseAsBotocore(t *testing.T) {
	python := awstest.Python()
	if err := exec.CommandContext(t.Context(), python, "-c", "import botocore.configloader").Run(); err != nil {
		if awstest.ClientsRequired() {
			t.Fatalf("%s has no botocore: %v", python, err)
		}
		t.Skipf("%s has no botocore: %v", python, err)
	}
	files := seeds()
	r := rand.New(rand.NewPCG(12, 34)) // #nosec G404 -- the same files each time
	for range 2000 {
		files = append(files, random(r))
	}
	texts := make([][]byte, len(files)) // encoding/json writes them in base64
	for i, file := range files {
		texts[i] = []byte(file)
	}
	stdin, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "read.py"))
	cmd.Env = append(os.Environ(), "PYTHONUTF8=1")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var answers []map[string]map[string]map[string]any
	if err := json.Unmarshal(stdout, &answers); err != nil {
		t.Fatal(err)
	}
	parsed, refused := 0, 0
	for i, want := range answers {
		sections, err := parse("file", texts[i])
		switch {
		case err == nil && want == nil:
			t.Errorf("%q: botocore can't parse it, and this reads %v", files[i], sections)
		case err != nil && want != nil:
			refused++
			if i < len(seeds()) {
				t.Errorf("%q: botocore reads it, but: %v", files[i], err)
			}
		case err == nil:
			parsed++
			if diff := gocmp.Diff(want, read(sections, want["services"] == nil)); diff != "" {
				t.Errorf("%q (-botocore +this):\n%s", files[i], diff)
			}
		}
	}
	if parsed < 300 || refused > 0 {
		t.Errorf("%d files were parsed, want 300; %d were refused that botocore reads", parsed, refused)
	}
}

// read returns what was parsed in the form of testdata/read.py. An old botocore knows no services.
func read(sections []Titled, old bool) map[string]map[string]map[string]any {
	f := &Files{Config: map[string]Section{}, Services: map[string]Section{}, SSOSessions: map[string]Section{}}
	raw := map[string]Section{}
	for _, s := range sections {
		f.sort(s)
		raw[s.Title] = s.Settings
	}
	all := map[string]map[string]map[string]any{"raw": plain(raw), "profiles": plain(f.Config), "services": plain(f.Services), "sso_sessions": plain(f.SSOSessions)}
	if old {
		all["services"] = nil
	}
	return all
}

func plain(sections map[string]Section) map[string]map[string]any {
	plain := map[string]map[string]any{}
	for title, settings := range sections {
		plain[title] = map[string]any{}
		for key, s := range settings {
			plain[title][key] = s.Value
			if s.Nested != nil {
				nested := map[string]any{}
				for name, n := range s.Nested {
					nested[name] = n.Value
				}
				plain[title][key] = nested
			}
		}
	}
	return plain
}
