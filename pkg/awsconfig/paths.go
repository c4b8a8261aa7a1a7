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

// ExpandVariables replaces $NAME and ${NAME} in a path by the values of the variables, as Python's os.path.expandvars does. It does not change
// a variable that is not set.
func ExpandVariables(path string, lookup LookupFunc) string {
	if !strings.Contains(path, "$") {
		return path
	}
	return regexp.MustCompile(`\$(?:[0-9A-Za-z_]+|\{[^}]*\})`).ReplaceAllStringFunc(path, func(use string) string {
		if value, set := lookup(strings.Trim(use, "${}")); set {
			return value
		}
		return use
	})
}

// ExpandHome replaces "~" or "~USER" at the beginning of a path by the home folder, as Python's os.path.expanduser does. It does not change the
// name of an unknown user. It returns the error of [Home].
func ExpandHome(path string, lookup LookupFunc) (string, error) {
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
