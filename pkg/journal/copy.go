package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Copied counts what Copy did with the records of a journal.
type Copied struct {
	Records int // copied
	Present int // not copied, because the target had them already
	Running int // not copied, because their runs go on
	Foreign int // not copied, because a table keeps the creates of one profile and Region, or because they are not trusted
}

// Copy copies the records of a journal to another journal. A second call copies only what is new. If one journal shows that an intent succeeded
// while the other shows a dead run of it, the intent has succeeded in the target. Copy leaves out the records for which trusted
// returns false: whoever may write to a table could otherwise have a resume send a signed request to a server of theirs. Each of problems is a
// [*RecordError], for a record that can't be read, or has a [*TooLargeError], for a record that does not fit into an item of the target. If a
// journal can't be read or written, Copy stops and returns the error.
func Copy(ctx context.Context, from, to *Journal, trusted func(Record) bool) (copied Copied, problems []error, err error) {
	var tooLarge []error
	problems, err = from.store.records(ctx, "", false, func(records []Record) error {
		open := map[string]bool{} // the intents with an unknown run, by Record.ID
		for _, r := range records {
			open[r.ID()] = open[r.ID()] || r.Outcome == idem.OutcomeUnknown
		}
		for _, r := range records {
			switch {
			case r.Running():
				copied.Running++
				continue
			case !trusted(r):
				copied.Foreign++
				continue
			}
			restored, err := to.store.restore(ctx, r, r.Outcome == idem.Succeeded && !open[r.ID()])
			large, isLarge := errors.AsType[*TooLargeError](err)
			switch {
			case errors.As(err, new(*foreignError)):
				copied.Foreign++
			case isLarge:
				tooLarge = append(tooLarge, fmt.Errorf("the record of token %s can't be copied: %w", r.ClientToken, large))
			case err != nil:
				return err
			case restored:
				copied.Records++
			default:
				copied.Present++
			}
		}
		return nil
	})
	return copied, append(problems, tooLarge...), err
}

// A foreignError reports that a table does not take a record, because the record is of another profile or Region.
type foreignError struct{}

func (*foreignError) Error() string { return "the record is of another profile or Region" }

// settledBy reports whether the succeeded record of an intent also shows what a dead run of the intent created. It does if the run began while the
// intent was open: then EC2 remembered the token.
func (r Record) settledBy(success Record) bool {
	const tolerance = 2 * clockTolerance
	return !r.Running() && r.StartedAt.After(success.StartedAt.Add(-tolerance)) && r.StartedAt.Before(success.FinishedAt.Add(tolerance))
}

func (f *folder) restore(_ context.Context, r Record, settles bool) (restored bool, err error) {
	n := namesOf(r.Intent)
	name := n.finished()
	if r.Outcome == idem.OutcomeUnknown {
		name = n.run(runID(r.file))
		if made, err := f.read(idem.Succeeded, n.finished()); err == nil && r.settledBy(made) {
			return false, nil
		}
	}
	var settled []Record
	if settles {
		runs, _ := f.runsNamed(n.own) // a run that can't be read stays
		settled = slices.DeleteFunc(runs, func(run Record) bool { return !run.settledBy(r) })
	}
	present, err := f.read(r.Outcome, name)
	switch {
	case err == nil && !r.newerThan(present):
		return len(settled) > 0, f.removeAll(idem.OutcomeUnknown, settled)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	data, err := r.encode()
	if err == nil {
		err = f.makeFolders()
	}
	if err == nil {
		err = f.writeBeside(f.path(string(r.Outcome), name), data)
	}
	if err == nil {
		err = syncFolder(f.path(string(r.Outcome)))
	}
	if err != nil {
		return false, &WriteError{Err: err}
	}
	if r.Outcome == idem.Succeeded {
		f.linkFirstUse(n)
	}
	return true, f.removeAll(idem.OutcomeUnknown, settled)
}
