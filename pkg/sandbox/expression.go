package sandbox

import (
	"regexp"
	"sync"
)

// expression returns a function that compiles s at its first call, so that programs that link this package without using it do not start
// slower.
func expression(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}
