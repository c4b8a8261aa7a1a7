package sandbox

import (
	"regexp"
	"sync"
)

// expression returns a function that compiles s at its first call, so that programs which link this package and do not
// use it pay nothing at their start.
func expression(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}
