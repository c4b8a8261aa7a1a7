package journal

import (
	"context"
	"errors"
	"fmt"
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
// Where an earlier run left the intent unknown, it stays so, in the error too, if this run merely created nothing: a match or a
// mismatch alone settles it. The error is of an unknown outcome as well where another run goes on or left the token unknown with
// other parameters, or has made the resource, which a [*MadeError] then says.
func Wrap(j *Journal, next idem.Creator, keepsToken bool, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if intent.DryRun() {
			return next.Create(ctx, intent)
		}
		run, beginErr := j.begin(intent)
		if beginErr != nil {
			if !keepsToken {
				return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Err: beginErr}
			}
			warn(beginErr)
		} else {
			ctx = context.WithValue(ctx, runKey{}, run)
		}
		result, err := next.Create(ctx, intent)
		said := err // which others may make more open than what is recorded of this run
		if err != nil && !settled(err) {
			left, open := j.others(intent, run)
			made, isMade := j.made(intent)
			switch {
			case left:
				err = unsettled(err, nil)
				said = err
			case isMade:
				said = unsettled(err, &made)
			case open:
				said = unsettled(err, nil)
			}
		}
		if beginErr == nil {
			if finishErr := run.finish(result, err); finishErr != nil {
				warn(finishErr)
			}
		}
		return result, said
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

// unsettled is the error of a run that created nothing, for an intent that may be there, or that made is on record for.
func unsettled(err error, made *Record) error {
	var outcome *idem.OutcomeError
	if !errors.As(err, &outcome) || outcome.Outcome == idem.OutcomeUnknown ||
		made != nil && outcome.Last != nil && outcome.Last.Verdict == idem.Misconfigured {
		return err
	}
	open := *outcome
	open.Outcome = idem.OutcomeUnknown
	if made != nil {
		open.Err = &MadeError{made.ResourceID, made.AnsweredAt, open.Err}
	}
	return &open
}

// A MadeError is the end of a run that created nothing, for an intent that is on record as made.
type MadeError struct {
	ResourceID string
	AnsweredAt time.Time // when EC2 answered with it first; zero if that is not on record
	Err        error     // why the run ended
}

// Error names the resource.
func (e *MadeError) Error() string {
	when := ""
	if !e.AnsweredAt.IsZero() {
		when = " " + e.AnsweredAt.Format(time.RFC3339)
	}
	return fmt.Sprintf("this run created nothing; as the journal has it, %s was made with this token%s", e.ResourceID, when)
}

// Unwrap gives why the run ended.
func (e *MadeError) Unwrap() error { return e.Err }
