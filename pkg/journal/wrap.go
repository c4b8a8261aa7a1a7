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
//
// Where an earlier run left the intent unknown, it stays so, in the error too, if this run merely created nothing: a match
// or a mismatch alone settles it.
func Wrap(j *Journal, next idem.Creator, keepsToken bool, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if intent.DryRun() {
			return next.Create(ctx, intent)
		}
		record, err := j.begin(intent)
		if err != nil {
			if !keepsToken {
				return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: err}
			}
			warn(err)
			return next.Create(ctx, intent)
		}
		result, err := next.Create(ctx, intent)
		if err != nil && !settled(err) && j.leftOpen(record) {
			err = unsettled(err)
		}
		if finishErr := j.finish(record, result, err); finishErr != nil {
			warn(finishErr)
		}
		return result, err
	})
}

// begin puts an intent that is about to be sent on record, and gives the record.
func (j *Journal) begin(intent idem.Intent) (Record, error) {
	base, err := baseName(intent)
	if err != nil {
		return Record{}, &WriteError{err}
	}
	r, ok := j.Lookup(intent)
	if !ok || r.Outcome == idem.NothingCreated {
		r = Record{Intent: intent, StartedAt: now()}
	}
	r.Outcome, r.FinishedAt, r.process, r.file = "", time.Time{}, thisProcess(), runName(base)
	return r, j.write(idem.OutcomeUnknown, r.file, r)
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// settled reports whether the end of a run says what became of the attempts of earlier runs, too.
func settled(err error) bool {
	var outcome *idem.OutcomeError
	return err == nil || errors.As(err, &outcome) && outcome.Last != nil && outcome.Last.Verdict == idem.Mismatch
}

// unsettled is a run's error for an intent that an earlier run left unknown.
func unsettled(err error) error {
	var outcome *idem.OutcomeError
	if !errors.As(err, &outcome) {
		return err
	}
	open := *outcome
	open.Outcome = idem.OutcomeUnknown
	return &open
}

// leftOpen reports whether an earlier run left a record's intent unknown. What can't be read may say so.
func (j *Journal) leftOpen(r Record) bool {
	base, _ := baseOf(r.file)
	others, readable := j.otherRuns(base, r.file)
	return !readable || len(others) > 0
}

// finish moves a record to where its outcome belongs.
func (j *Journal) finish(r Record, result idem.Result, err error) error {
	r.FinishedAt = now()
	if id := result.ResourceID; id != "" && id != r.ResourceID {
		r.ResourceID, r.AnsweredAt, r.Visible = id, r.FinishedAt, false
	}
	r.Visible = r.Visible || result.Visible
	outcome, attempts := idem.Succeeded, result.Attempts
	if err != nil {
		outcome = idem.OutcomeUnknown // unless it is said that it is not
		var said *idem.OutcomeError
		if errors.As(err, &said) {
			outcome, attempts = said.Outcome, said.Attempts
		}
	}
	r.Attempts += attempts

	base, _ := baseOf(r.file)
	final := base + suffix
	var stale []string // in unknown/
	if outcome == idem.OutcomeUnknown || settled(err) {
		others, _ := j.otherRuns(base, r.file)
		for _, other := range others {
			stale = append(stale, other.file)
		}
	}
	if outcome == idem.OutcomeUnknown { // this one stands for the earlier ones from now on
		if err := j.write(outcome, r.file, r); err != nil {
			return err
		}
		return j.remove(outcome, stale...)
	}
	if _, readErr := j.read(idem.Succeeded, final); outcome == idem.Succeeded || readErr != nil { // or an earlier run made it: that stands
		if err := j.write(outcome, final, r); err != nil {
			return err
		}
	}
	if err := j.remove(idem.OutcomeUnknown, append(stale, r.file)...); err != nil {
		return err
	}
	if _, readErr := j.read(idem.NothingCreated, final); outcome == idem.Succeeded && readErr == nil {
		return j.remove(idem.NothingCreated, final)
	}
	return nil
}
