package journal

import (
	"context"
	"fmt"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
)

// BenchmarkWrap measures the record of a create alone. scripts/journal-bench.sh measures whole processes.
func BenchmarkWrap(b *testing.B) {
	j := Open(b.TempDir())
	next := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return matched() })
	for i := 0; b.Loop(); i++ {
		intent := intentOf(fmt.Sprint(i))
		creator := Wrap(j.Entry(context.Background(), intent), next, false, func(err error) { b.Error(err) })
		if _, err := creator.Create(b.Context(), intent); err != nil {
			b.Fatal(err)
		}
	}
}
