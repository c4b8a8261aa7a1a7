package sandbox

import (
	"regexp"
	"sync"
)

// expression gives a regular expression that is compiled at its first use: programs that only link this package, and
// print their --help, should not wait for it.
func expression(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}
