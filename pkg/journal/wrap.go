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
// If the record can't be written, keepsToken decides. If keepsToken is false, the token would be lost with the process: Wrap sends nothing
// and returns an [*idem.OutcomeError] of a [*WriteError]. If keepsToken is true, the token was given or derives from a key: Wrap calls
// warn and continues. If only the outcome can't be written, Wrap calls warn: the intent stays unknown on record, and a resume finds
// the resource.
//
// If next created nothing, other runs may still have. Only a match or a mismatch settles an intent. So Wrap turns the outcome of
// the error from NothingCreated to OutcomeUnknown in three cases: an earlier run left the intent unknown; another run goes on, or
// left the token unknown with other parameters; an earlier run made the resource. In the last case the error has a [*MadeError].
func Wrap(entry *Entry, next idem.Creator, keepsToken bool, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		beginErr := entry.begin(ctx)
		if beginErr != nil {
			if refused := refusal(beginErr, keepsToken); refused != nil {
				return idem.Result{}, refused
			}
			warn(beginErr)
		}
		result, err := next.Create(ctx, intent)
		returned := err // may leave more open than the record of this run
		if err != nil && !settles(err) {
			unknown, open := entry.openElsewhere()
			made, isMade := entry.made()
			switch {
			case unknown:
				err = unsettled(err, nil)
				returned = err
			case isMade:
				returned = unsettled(err, &made)
			case open:
				returned = unsettled(err, nil)
			}
		}
		if beginErr == nil {
			if finishErr := entry.finish(result, err); finishErr != nil {
				warn(finishErr)
			}
		}
		return result, returned
	})
}

// refusal returns the error of a run that could not begin; nil if the run goes on without a record.
func refusal(err error, keepsToken bool) error {
	var (
		taken     *TakenError
		large     *TooLargeError
		unwritten *WriteError
	)
	uncertain := errors.As(err, &unwritten) && unwritten.Uncertain // a resume might create the resource
	switch {
	case errors.As(err, &taken), uncertain && !keepsToken:
		return &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Err: err}
	case errors.As(err, &large), !keepsToken:
		return &idem.OutcomeError{Outcome: idem.NothingCreated, Err: err}
	}
	return nil
}

// Answered returns a Creator that records the resource of next's result at once. It belongs between [Wrap] and a layer that waits until
// the resource is visible: if a kill ends the process while that layer waits, the record names the resource.
func Answered(entry *Entry, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err == nil && entry.record.file != "" {
			entry.answered(result)
		}
		return result, err
	})
}

// Held returns a Creator that calls next unless the entry's run lost its intent to another run. It belongs around a single attempt. A run
// loses its intent if its process stood still until another run took the intent over. The error is then a rejected [*idem.AttemptError] of
// a [*TakenError].
func Held(entry *Entry, next idem.Creator) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if err := entry.run.hold(ctx); err != nil {
			return idem.Result{}, &idem.AttemptError{Verdict: idem.Rejected, Message: err.Error(), Err: err}
		}
		return next.Create(ctx, intent)
	})
}

// settles reports whether the end of a run also says what became of the attempts of earlier runs.
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

// A MadeError ends a run that created nothing, for an intent whose resources are on record as made.
type MadeError struct {
	ResourceIDs []string
	AnsweredAt  time.Time // when EC2 first answered with the resources; zero if that is not on record
	Err         error     // why the run ended
}

// Error names the resources.
func (e *MadeError) Error() string {
	when := ""
	if !e.AnsweredAt.IsZero() {
		when = " at " + e.AnsweredAt.Format(time.RFC3339)
	}
	return fmt.Sprintf("this run created nothing, but the journal shows that an earlier run made %s with this token%s", strings.Join(e.ResourceIDs, ", "), when)
}

// Unwrap returns why the run ended.
func (e *MadeError) Unwrap() error { return e.Err }
