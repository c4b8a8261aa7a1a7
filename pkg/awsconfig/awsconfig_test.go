package awsconfig

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lookupIn returns the LookupFunc of an environment.
func lookupIn(env map[string]string) LookupFunc {
	return func(name string) (string, bool) {
		value, set := env[name]
		return value, set
	}
}

// write writes files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// If both files have a profile, its settings are merged.
func TestLoad(t *testing.T) {
	home := write(t, map[string]string{
		".aws/config":      "[default]\nregion = eu-west-1\n[profile 'night shift']\nregion = a\noutput = text\n[services s]\nec2 =\n  endpoint_url = u\n",
		".aws/credentials": "[night shift]\nregion = b\naws_access_key_id = AKIA\n[profile x]\n",
	})
	f, err := Load(lookupIn(map[string]string{"HOME": home}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"default", "night shift", "profile x"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	night := f.Profiles["night shift"]
	if night["region"].Value != "b" || night["output"].Value != "text" || f.Config["night shift"]["region"].Value != "a" || f.Services["s"]["ec2"].Nested["endpoint_url"].Value != "u" {
		t.Errorf("read %v", f)
	}
	if got, want := night["output"].Place(), filepath.Join(home, ".aws", "config")+", line 5"; got != want {
		t.Errorf("the place is %q, want %q", got, want)
	}
}

// Paths in variables are expanded as the AWS CLI expands them. A file that does not exist counts as empty, and Absent names it.
func TestLoadPaths(t *testing.T) {
	home := write(t, map[string]string{"conf": "[profile ops]\na = b\n"})
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"~/conf": home + "/conf", "$HOME/conf": home + "/conf", "${HOME}/conf": home + "/conf", "$X/a": "/etc/a", "$UNSET/a${}": "$UNSET/a${}",
		"~" + me.Username + "/none": filepath.Join(me.HomeDir, "none"), "~nobody-of-that-name/x": "~nobody-of-that-name/x", "/$TILDE/c": "/~/c",
	} {
		f, err := Load(lookupIn(map[string]string{"HOME": home, "X": "/etc", "TILDE": "~", "AWS_CONFIG_FILE": path}))
		if err != nil || f.ConfigPath != filepath.FromSlash(want) {
			t.Errorf("%s: got %v, %v, want %s", path, f, err, want)
			continue
		}
		if _, there := f.Profiles["ops"]; there == (len(f.Absent) > 0) || there != strings.HasSuffix(path, "/conf") {
			t.Errorf("%s: profiles %v, absent %v", path, f.Profiles, f.Absent)
		}
	}
	// Without HOME, the home folder is that of the user database.
	f, err := Load(lookupIn(nil))
	if want := filepath.Join(me.HomeDir, ".aws", "credentials"); err != nil && !errors.As(err, new(*ParseError)) || err == nil && f.CredentialsPath != want {
		t.Errorf("got %v, %v, want %s", f, err, want)
	}
	f, err = Load(lookupIn(map[string]string{"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull}))
	if err != nil || len(f.Profiles)+len(f.Absent) > 0 {
		t.Errorf("%s: got %v, %v", os.DevNull, f, err)
	}
}

// A refusal names the file, the line and the remedy. It contains no part of a value.
func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"[profile ops\nregion = SECRET\n":                   `line 1: it comes before the first section: write "[default]" or "[profile NAME]" above it`,
		"[ops]\naws_secret_access_key SECRET\n":             `line 2: it is neither a "[section]" nor a "key = value": correct the line, or begin it with "#"`,
		"[a]\n= SECRET\n":                                   `line 2: it has no key before the "=": write "key = value"`,
		"[a]\nk = SECRET\n[b]\n\n[a]\n":                     `line 5: the section [a] is already in line 1: merge the two sections`,
		"[a]\nk = SECRET\nK: SECRET\n":                      `line 3: the key "k" of [a] is already in line 2: delete one of the two lines`,
		"[a]\nb = c\n# M\xfcller SECRET\n":                  `line 3: it is not UTF-8: save the file as UTF-8`,
		"\ufeff[a]\n":                                       `line 1: it begins with a byte order mark: save the file as UTF-8 without a byte order mark`,
		"[a]\naws_secret_access_key =\n  SECRET\nb = c\n":   `line 2: a line below the key "aws_secret_access_key" is not "key = value": correct this line, or write the value of "aws_secret_access_key" after the equals sign`,
		"[a]\n\u0130 = SECRET\n":                            `line 2: its key has a letter that no key of AWS has: delete the line`,
		"[DEFAULT]\nx =\n  SECRET\n[a]\nb = c\n[DEFAULT]\n": `line 2: a line below the key "x" is not "key = value": correct this line, or write the value of "x" after the equals sign`,
	} {
		for _, variable := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
			path := filepath.Join(write(t, map[string]string{"f": text}), "f")
			env := map[string]string{"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull}
			env[variable] = path
			_, err := Load(lookupIn(env))
			if want := "Unable to parse config file: " + path + ", " + want; err == nil || err.Error() != want {
				t.Errorf("%q:\n got %v\nwant %s", text, err, want)
			}
		}
	}
	for path, want := range map[string]string{
		"":          "AWS_CONFIG_FILE is set and empty: name a file, or unset it to use ~/.aws/config",
		t.TempDir(): "it is a folder: name a file",
	} {
		if _, err := Load(lookupIn(map[string]string{"AWS_CONFIG_FILE": path, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull})); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", path, err, want)
		}
	}
}

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"": nil, " \t\n": nil, "a b\n c": {"a", "b", "c"}, `a "b c"d 'e "f'`: {"a", "b cd", `e "f`}, `'' ""`: {"", ""},
		`a\ b "\"\\\n$x" '\'`: {"a b", `"\\n$x`, `\`}, "a;b |c& (d <e #f *": {"a;b", "|c&", "(d", "<e", "#f", "*"}, "a\u00a0b": {"a\u00a0b"},
	} {
		if got, err := Words(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q", line, got, err, want)
		}
	}
	for _, line := range []string{`'`, `a "b`, `a\`, `"\`} {
		if got, err := Words(line); err == nil {
			t.Errorf("%q: got %q, want an error", line, got)
		}
	}
}

// For any text, Parse returns settings of the text, or an error that names a line of the text.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := len(splitLines(string(text)))
		sections, err := parse("file", text)
		var refusal *ParseError
		if err != nil && (!errors.As(err, &refusal) || refusal.Line < 1 || refusal.Line > lines || refusal.File != "file") {
			t.Fatalf("no line is named: %v", err)
		}
		for _, s := range sections {
			for key, setting := range s.Settings {
				if setting.Line < 1 || setting.Line > lines || key == "" || !strings.Contains(string(text), setting.Nested[key].Value) {
					t.Fatalf("[%s] %q has %+v", s.Title, key, setting)
				}
			}
		}
	})
}

// A word in single quotes is one word.
func FuzzWords(f *testing.F) {
	f.Add("a", "b c")
	f.Fuzz(func(t *testing.T, a, b string) {
		quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
		want := []string{strings.ToValidUTF8(a, "\ufffd"), strings.ToValidUTF8(b, "\ufffd")}
		if got, err := Words(quote(want[0]) + " " + quote(want[1])); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}
