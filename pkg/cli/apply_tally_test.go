package cli

import (
	"io"
	"testing"

	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// An entry that is too large for the journal counts as rejected, unless an earlier run left its outcome unknown. Other entries go on.
func TestTooLargeEntry(t *testing.T) {
	for outcome, want := range map[idem.Outcome]int{idem.NothingCreated: exitRejected, idem.OutcomeUnknown: exitUnknown} {
		run := newTally(&app{Env: Env{Streams: Streams{Out: io.Discard, Err: io.Discard}}}, 1)
		err := &idem.OutcomeError{Outcome: outcome, Err: &journal.WriteError{Err: &journal.TooLargeError{}}}
		if err := run.ended(batch.Result{Err: err}); err != nil {
			t.Errorf("%s: the run ends: %v", outcome, err)
		}
		if code := run.exitCode(nil); code != want {
			t.Errorf("%s: exit code %d, want %d", outcome, code, want)
		}
	}
}
