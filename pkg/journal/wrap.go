package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Wrap returns a Creator that records the entry's intent before it calls next, and the outcome after next returns.
//
// If the run can't begin, the Creator returns an [*idem.OutcomeError] and does not call next:
//   - Another run has the intent, see [Entry.Claim]: the outcome is OutcomeUnknown, and the error has a [*TakenError].
//   - The intent is too large for a table: the error has a [*TooLargeError]. The outcome is OutcomeUnknown if the intent was unknown before,
//     otherwise NothingCreated.
//   - The record can't be written, and keepsToken is false, because the token would be lost with the process: the error has a [*WriteError].
//     The outcome is OutcomeUnknown if the intent was unknown before, or if the answer to the write was lost, because a resume might then
//     create the resource. Otherwise the outcome is NothingCreated.
//
// If the record can't be written and keepsToken is true, the caller has the token from elsewhere: the Creator calls warn and then next, and
// records nothing. If only the outcome can't be written, the Creator calls warn, and the intent stays unknown on record until a resume.
//
// If next created nothing, another run of the intent may have created the resource. Only a match or a mismatch proves what happened. So
// the Creator changes the outcome of next's error from NothingCreated to OutcomeUnknown in four cases:
//   - An earlier run left the intent unknown, or its record can't be read.
//   - An earlier run made the resource: the error then has a [*MadeError], unless this machine could not make the request.
//   - The journal is a table, and another machine may create the resource: the outcome can't be written, another run works on the intent, or
//     another run has made the resource.
//   - Another run of the token goes on, or a run with other parameters or another profile left the token unknown.
func Wrap(entry *Entry, next idem.Creator, keepsToken bool, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		beginErr := entry.begin(ctx)
		if beginErr != nil {
			if refused := refusal(entry, beginErr, keepsToken); refused != nil {
				return idem.Result{}, refused
			}
			warn(beginErr)
		}
		result, err := next.Create(ctx, intent)
		recorded, returned := err, err
		if !settles(err) {
			recorded, returned = entry.besideOthers(ctx, err)
		}
		if beginErr != nil { // there is no record to finish
			return result, returned
		}
		contested, finishErr := entry.finish(result, recorded)
		if finishErr != nil {
			warn(fmt.Errorf("%w; the record stays open until a resume", finishErr))
		}
		// Another machine may have taken the intent over. If the outcome was not written, another machine may still resume the intent.
		if !settles(recorded) && (contested || finishErr != nil && entry.journal.Shared()) {
			returned = unsettled(returned, nil)
		}
		return result, returned
	})
}

// besideOthers returns the error of a run that settled nothing, with the outcome OutcomeUnknown if another run may have created the resource.
// recorded is the error for the record of this run, and returned is the error for the caller. If the other run has a record of its own that
// shows what it did, the record of this run can be finished, and only returned has the outcome OutcomeUnknown.
func (e *Entry) besideOthers(ctx context.Context, err error) (recorded, returned error) {
	reading, cancel := outlasting(ctx)
	defer cancel()
	unknown, open := e.openElsewhere(reading)
	made, isMade, unreadable := e.made()
	switch {
	case unknown:
		err = unsettled(err, nil)
		return err, err
	case isMade:
		return err, unsettled(err, &made)
	case open, unreadable:
		return err, unsettled(err, nil)
	}
	return err, err
}

// refusal returns the error of a run that could not begin; nil if the run goes on without a record.
func refusal(entry *Entry, err error, keepsToken bool) error {
	var (
		taken     *TakenError
		large     *TooLargeError
		unwritten *WriteError
	)
	uncertain := errors.As(err, &unwritten) && unwritten.Uncertain // if the record was written, a resume might create the resource
	switch {
	case errors.As(err, &taken), (uncertain || entry.maybeUnknown()) && (!keepsToken || errors.As(err, &large)):
		return &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Err: err}
	case errors.As(err, &large), !keepsToken:
		return &idem.OutcomeError{Outcome: idem.NothingCreated, Err: err}
	}
	return nil
}

// maybeUnknown reports whether earlier runs left the intent unknown. If the journal can't be read, they may have.
func (e *Entry) maybeUnknown() bool { return e.past.Outcome == idem.OutcomeUnknown || e.unread != nil }

// Answered returns a Creator that calls next and at once records the resource of next's result. In a folder, the Creator does not sync the file.
// A layer that waits until the resource is visible wraps Answered, and [Wrap] wraps that layer. If a kill ends the process during the wait, the
// record names the resource.
func Answered(entry *Entry, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err == nil && entry.record.file != "" {
			entry.answered(result)
		}
		return result, err
	})
}

// UnlessTaken returns a Creator that calls next unless another run took over the intent of the entry's run. Another run takes the intent over
// if this process stands still until its lease has ended. The error is then a rejected [*idem.AttemptError] of a [*TakenError]. UnlessTaken
// belongs around a single attempt.
func UnlessTaken(entry *Entry, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if err := entry.run.checkTaken(ctx); err != nil {
			return idem.Result{}, &idem.AttemptError{Verdict: idem.Rejected, Message: err.Error(), Err: err}
		}
		return next.Create(ctx, intent)
	})
}

// settles reports whether a run's error, or nil, also proves what the attempts of earlier runs created: a match and a mismatch do.
func settles(err error) bool {
	var outcome *idem.OutcomeError
	return err == nil || errors.As(err, &outcome) &&
		(outcome.Outcome == idem.Succeeded || outcome.Last != nil && outcome.Last.Verdict == idem.Mismatch)
}

// unsettled returns the error of a run that created nothing, for an intent whose resource may exist. made is the record of the
// resource, nil if none is on record.
func unsettled(err error, made *Record) error {
	var outcome *idem.OutcomeError
	if !errors.As(err, &outcome) || outcome.Outcome == idem.OutcomeUnknown ||
		made != nil && outcome.Last != nil && outcome.Last.Verdict == idem.Misconfigured {
		return err
	}
	open := *outcome
	open.Outcome = idem.OutcomeUnknown
	if made != nil {
		open.Err = &MadeError{made.ResourceIDs, made.AnsweredAt, open.Err}
	}
	return &open
}

// A MadeError reports that a run created nothing, and that the journal shows resources that an earlier run of the intent made.
type MadeError struct {
	ResourceIDs []string
	AnsweredAt  time.Time // when EC2 first answered with the resources; zero if that is not on record
	Err         error     // why the run ended
}

// Error names the resources, and when EC2 first answered with them.
func (e *MadeError) Error() string {
	when := ""
	if !e.AnsweredAt.IsZero() {
		when = " at " + e.AnsweredAt.Format(time.RFC3339)
	}
	return fmt.Sprintf("this run created nothing, but the journal shows that an earlier run made %s with this token%s",
		strings.Join(e.ResourceIDs, ", "), when)
}

// Unwrap returns why the run ended.
func (e *MadeError) Unwrap() error { return e.Err }
