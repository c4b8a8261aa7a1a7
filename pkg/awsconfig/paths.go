package awsconfig

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// A LookupFunc returns the value of an environment variable and whether it is set, as os.LookupEnv does.
type LookupFunc = func(name string) (value string, set bool)

// Home returns the user's home folder: HOME, or the folder in the user database if HOME is not set, as in a systemd unit. It returns an error if
// neither is known.
func Home(lookup LookupFunc) (string, error) {
	name := "HOME"
	if runtime.GOOS == "windows" {
		name = "USERPROFILE"
	}
	if home, set := lookup(name); set {
		return home, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// expand expands variables in a path, then a "~" at its beginning, as Python's os.path.expandvars and expanduser do. It keeps
// the names of unset variables and of unknown users. If it needs the home folder and Home returns an error, expand returns an error.
func expand(path string, lookup LookupFunc) (string, error) {
	if strings.Contains(path, "$") {
		path = regexp.MustCompile(`\$(?:[0-9A-Za-z_]+|\{[^}]*\})`).ReplaceAllStringFunc(path, func(use string) string {
			if value, set := lookup(strings.Trim(use, "${}")); set {
				return value
			}
			return use
		})
	}
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	end := 1
	for end < len(path) && !os.IsPathSeparator(path[end]) {
		end++
	}
	if end > 1 {
		u, err := user.Lookup(path[1:end])
		if err != nil {
			return path, nil //nolint:nilerr // as in Python, the path is then the name of a file
		}
		return filepath.Join(u.HomeDir, path[end:]), nil
	}
	home, err := Home(lookup)
	if err != nil {
		return "", fmt.Errorf("finding the home folder for %s: %w: set HOME", path, err)
	}
	return filepath.Join(home+string(filepath.Separator), path[end:]), nil
}
