package journal

import (
	"context"
	"errors"

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
		run, err := j.begin(intent)
		if err != nil {
			if !keepsToken {
				return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: err}
			}
			warn(err)
			return next.Create(ctx, intent)
		}
		result, err := next.Create(context.WithValue(ctx, runKey{}, run), intent)
		if err != nil && !settled(err) && run.leftOpen() {
			err = unsettled(err)
		}
		if finishErr := run.finish(result, err); finishErr != nil {
			warn(finishErr)
		}
		return result, err
	})
}

// Answered gives a Creator that has what next answers on record while the Creator around it goes on: it is for what lies between
// [Wrap] and next and waits, as ensure.Visible does. If the process is killed meanwhile, the record knows the resource.
// Outside of a Wrap it adds nothing.
func Answered(next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if run, ok := ctx.Value(runKey{}).(*run); ok && err == nil {
			run.answered(result)
		}
		return result, err
	})
}

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
