package journal

import (
	"context"
	"errors"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Wrap gives a Creator that has each intent on record before it calls next, and records what became of it. A dry run is
// not recorded.
//
// If the record can't be written, keepsToken decides: where the token would be lost with the process, nothing is sent and
// the error is an [*idem.OutcomeError] of a [*WriteError]; where it was given or derives from a key, warn is told and the
// intent goes on. That the end can't be recorded is told to warn alone: the intent stays unknown on record, and a resume
// finds what is there.
func Wrap(j *Journal, next idem.Creator, keepsToken bool, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if intent.DryRun() {
			return next.Create(ctx, intent)
		}
		record := j.begin(intent)
		if err := j.write(idem.OutcomeUnknown, record); err != nil {
			if !keepsToken {
				return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: err}
			}
			warn(err)
			return next.Create(ctx, intent)
		}
		result, err := next.Create(ctx, intent)
		if finishErr := j.finish(record, result, err); finishErr != nil {
			warn(finishErr)
		}
		return result, err
	})
}

// begin gives the record of an intent that is about to be sent: a new one, or that of its earlier use.
func (j *Journal) begin(intent idem.Intent) Record {
	r := Record{Intent: intent, StartedAt: time.Now().UTC().Truncate(time.Millisecond), process: thisProcess()}
	if earlier, ok := j.Lookup(intent); ok && earlier.Outcome != idem.NothingCreated {
		earlier.Outcome, earlier.FinishedAt, earlier.process = "", time.Time{}, r.process
		return earlier
	}
	return r
}

// finish moves a record to where its outcome belongs.
func (j *Journal) finish(r Record, result idem.Result, err error) error {
	r.FinishedAt = time.Now().UTC().Truncate(time.Millisecond)
	if id := result.ResourceID; id != "" && id != r.ResourceID {
		r.ResourceID, r.AnsweredAt, r.Visible = id, r.FinishedAt, false
	}
	r.Visible = r.Visible || result.Visible
	r.Outcome = idem.Succeeded
	attempts := result.Attempts
	if err != nil {
		r.Outcome = idem.OutcomeUnknown // unless it is said that it is not
		var outcome *idem.OutcomeError
		if errors.As(err, &outcome) {
			r.Outcome, attempts = outcome.Outcome, outcome.Attempts
		}
	}
	r.Attempts += attempts

	name, err := fileName(r.Intent)
	if err != nil {
		return &WriteError{err}
	}
	if r.Outcome == idem.NothingCreated {
		if _, err := j.read(idem.Succeeded, name); err == nil { // this run made nothing, an earlier one did
			return j.remove(idem.OutcomeUnknown, name)
		}
	}
	if err := j.write(r.Outcome, r); err != nil {
		return err
	}
	if r.Outcome == idem.OutcomeUnknown {
		return nil
	}
	err = j.remove(idem.OutcomeUnknown, name)
	if _, readErr := j.read(idem.NothingCreated, name); err == nil && readErr == nil && r.Outcome == idem.Succeeded {
		err = j.remove(idem.NothingCreated, name)
	}
	if err != nil {
		return &WriteError{err}
	}
	return nil
}
