// Package awsconfig reads the shared files of AWS, ~/.aws/config and ~/.aws/credentials, exactly as the AWS CLI reads them. If the AWS CLI can't
// parse a file, this package returns an error, whichever profile the caller needs. So it never skips a profile, a key or a Region that the AWS
// CLI would use.
//
// The grammar is that of Python's configparser.RawConfigParser as botocore.configloader uses it:
// https://docs.python.org/3/library/configparser.html#supported-ini-file-structure. [Load] finds the files and sorts
// their sections into profiles, services and SSO sessions.
package awsconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// Files are the shared files of a user.
type Files struct {
	Profiles    map[string]Section // of both files; a setting of the credentials file replaces the same setting of the config file
	Config      map[string]Section // the profiles of the config file alone
	Credentials map[string]Section // the profiles of the credentials file alone
	Services    map[string]Section // the [services NAME] sections of the config file
	SSOSessions map[string]Section // the [sso-session NAME] sections of the config file

	ConfigPath, CredentialsPath string
	Absent                      []string // a clause for a message, for each file that a variable names and that does not exist
}

// Load reads the two files that the environment names, else the files in the user's home folder. A file that does not exist counts as empty. Load
// returns an error if a file can't be read or parsed, or if a variable is set to "".
func Load(lookup LookupFunc) (*Files, error) {
	f := &Files{Services: map[string]Section{}, SSOSessions: map[string]Section{}, Config: map[string]Section{}, Credentials: map[string]Section{}}
	config, err := f.read(lookup, "AWS_CONFIG_FILE", "config", &f.ConfigPath)
	if err != nil {
		return nil, err
	}
	credentials, err := f.read(lookup, "AWS_SHARED_CREDENTIALS_FILE", "credentials", &f.CredentialsPath)
	if err != nil {
		return nil, err
	}
	for _, s := range config {
		f.sort(s)
	}
	for _, s := range credentials {
		f.Credentials[s.Title] = s.Settings
	}
	f.Profiles = maps.Clone(f.Config)
	for name, settings := range f.Credentials {
		both := Section{}
		maps.Copy(both, f.Config[name])
		maps.Copy(both, settings)
		f.Profiles[name] = both
	}
	return f, nil
}

// Names returns the names of all profiles, sorted.
func (f *Files) Names() []string { return slices.Sorted(maps.Keys(f.Profiles)) }

// sort adds a section of the config file to the profiles, the SSO sessions or the services. It ignores other sections.
func (f *Files) sort(s Titled) {
	kinds := []struct {
		prefix string
		named  map[string]Section
	}{{"profile", f.Config}, {"sso-session", f.SSOSessions}, {"services", f.Services}}
	if s.Title == "default" {
		f.Config[s.Title] = s.Settings
		return
	}
	for _, kind := range kinds {
		if strings.HasPrefix(s.Title, kind.prefix) {
			if words, err := Words(s.Title); err == nil && len(words) == 2 { // the AWS CLI ignores any other title
				kind.named[words[1]] = s.Settings
			}
			return
		}
	}
}

// read reads and parses one file and stores its path.
func (f *Files) read(lookup LookupFunc, variable, name string, path *string) ([]Titled, error) {
	named, set := lookup(variable)
	if set && named == "" {
		return nil, fmt.Errorf("%s is set and empty: name a file, or unset it to use ~/.aws/%s", variable, name)
	}
	if !set {
		named = "~/.aws/" + name
	}
	var err error
	if *path, err = ExpandHome(ExpandVariables(named, lookup), lookup); err != nil {
		return nil, fmt.Errorf("%w or %s", err, variable)
	}
	sections, there, err := parseFile(*path)
	if set && !there {
		f.Absent = append(f.Absent, fmt.Sprintf("%s names %q, which does not exist", variable, *path))
	}
	return sections, err
}

// ParseFile reads and parses a file of the same grammar. The path may begin with "~". If the file does not exist, ParseFile returns no
// sections. If the file can't be read or parsed, ParseFile returns a [*ParseError].
func ParseFile(path string, lookup LookupFunc) ([]Titled, error) {
	path, err := ExpandHome(ExpandVariables(path, lookup), lookup)
	if err != nil {
		return nil, err
	}
	sections, _, err := parseFile(path)
	return sections, err
}

// parseFile reads and parses a file, and reports whether the file exists.
func parseFile(path string) (sections []Titled, there bool, err error) {
	text, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, true, &ParseError{File: path, Problem: err.Error()}
	}
	sections, err = parse(path, text)
	return sections, true, err
}

// readFile reads a file. A character device such as /dev/null counts as empty, as in the AWS CLI.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, reason(err)
	case info.Mode()&fs.ModeCharDevice != 0:
		return nil, nil
	case info.IsDir():
		return nil, errors.New("it is a folder: name a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file: write its content to a regular file")
	}
	text, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	return text, reason(err)
}

// reason returns an error without its path, because the message has the path already.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("it can't be read: %w", path.Err)
	}
	return err
}
