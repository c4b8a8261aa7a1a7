package journal

import (
	"context"
	"fmt"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
)

// What the record of a create costs, without the start of a process: scripts/journal-bench.sh has the whole.
func BenchmarkWrap(b *testing.B) {
	j := Open(b.TempDir())
	creator := Wrap(j, idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return matched() }), false, func(err error) { b.Error(err) })
	for i := 0; b.Loop(); i++ {
		if _, err := creator.Create(b.Context(), intentOf(fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
}
