package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Copied counts the records of a copy.
type Copied struct {
	Records int // that were copied
	Present int // that the target had already
	Running int // that were left out, for their runs go on
	Foreign int // that were left out: a table keeps the creates of one profile and Region, and the others are not trusted
}

// Copy copies the records of a journal to another one. It can be called again: then it copies what is new. problems names the records that
// can't be read, or that an item of the target can't hold. Copy leaves out the records that trusted does not report: whoever may write to a
// table could have a resume send a signed request to a server of theirs.
func Copy(ctx context.Context, from, to *Journal, trusted func(Record) bool) (copied Copied, problems []error, err error) {
	var tooLarge []error
	problems, err = from.store.records(ctx, "", false, func(records []Record) error {
		for _, r := range records {
			switch {
			case r.Running():
				copied.Running++
				continue
			case !trusted(r):
				copied.Foreign++
				continue
			}
			restored, err := to.store.restore(ctx, r)
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

// A foreignError reports a record that does not belong into a table.
type foreignError struct{}

func (*foreignError) Error() string { return "the record is of another profile or Region" }

func (f *folder) restore(_ context.Context, r Record) (restored bool, err error) {
	n := namesOf(r.Intent)
	name := n.finished()
	if r.Outcome == idem.OutcomeUnknown {
		name = n.token + "-" + n.parameters + "." + runID(r.file) + suffix
	}
	present, err := f.read(r.Outcome, name)
	switch {
	case err == nil && !present.FinishedAt.Before(r.FinishedAt):
		return false, nil
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
	return true, nil
}
