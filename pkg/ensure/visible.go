package ensure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Settled is how long it may take until what was created can be seen: AWS asks for Describe "with exponential backoff up to
// about five minutes". What can't be seen so long after EC2 first answered with it is gone. See
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html.
const Settled = 5 * time.Minute

// looks is how often in a row a resource that was seen before must not be found to count as gone: one answer alone may come
// from a replica that lags.
const looks = 3

// Past is what is known of a resource from earlier uses of its token.
type Past struct {
	AnsweredAt time.Time // when EC2 answered with the resource first; zero if that is this time
	Seen       bool      // it has been seen since
}

// Visible gives a Creator that ends with success only when the resource of next's result can be seen, is what was asked for,
// and carries the tags that were asked for. It looks at least once, and again as poll has it, which wraps a Creator that looks
// once a call.
//
// A resource that can't be seen, though the token's past says that it must, is gone: the error is a mismatch of [ErrGone]. If
// looking is not permitted, warn is told, and the result stands. If it is not seen before poll gives up, the result comes with
// an [*idem.OutcomeError] of a [*NotVisibleError].
func Visible(finder idem.Finder, next idem.Creator, poll func(idem.Creator) idem.Creator, past func(intent idem.Intent, id string) Past, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err != nil || intent.DryRun() {
			return result, err
		}
		missed := 0
		look := idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
			found, err := finder.FindID(ctx, intent, result.ResourceID)
			if err != nil {
				return idem.Result{}, looking(err)
			}
			if len(found) == 0 {
				missed++
				if past(intent, result.ResourceID).gone(missed) {
					return idem.Result{}, gone(intent, result.ResourceID)
				}
				return idem.Result{}, unseen("%s is not visible yet", result.ResourceID)
			}
			missed = 0
			if found[0].Disagreement != "" {
				return idem.Result{}, unseen("%s is seen, but not as it was asked for: %s", result.ResourceID, found[0].Disagreement)
			}
			for key, value := range askedTags(intent) {
				if seen, ok := found[0].Tags[key]; !ok || seen != value {
					return idem.Result{}, unseen("%s is seen, but without the tag %s=%s", result.ResourceID, key, value)
				}
			}
			return result, nil
		})
		_, err = poll(look).Create(ctx, intent)
		var outcome *idem.OutcomeError
		switch {
		case err == nil:
			result.Visible = true
			return result, nil
		case !errors.As(err, &outcome):
			return result, err
		case errors.Is(err, ErrGone):
			return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Attempts: result.Attempts, Last: outcome.Last, Err: outcome.Last}
		case outcome.Last != nil && forbidden(outcome.Last.Code):
			warn(fmt.Errorf("%s was created, but it can't be checked that it is visible: %w", result.ResourceID, outcome.Last))
			return result, nil
		}
		return result, &idem.OutcomeError{
			Outcome: idem.OutcomeUnknown, Attempts: result.Attempts, Last: outcome.Last,
			Err: &NotVisibleError{ID: result.ResourceID, Err: outcome.Err},
		}
	})
}

// gone reports whether a resource that was missed so often in a row can't be one that is only not visible yet.
func (p Past) gone(missed int) bool {
	return p.Seen && missed >= looks || !p.AnsweredAt.IsZero() && time.Since(p.AnsweredAt) >= Settled
}

// forbidden reports whether an error code says that looking is not permitted, or not possible at this endpoint.
func forbidden(code string) bool {
	switch code {
	case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "InvalidAction", "UnsupportedOperation":
		return true
	}
	return false
}

func unseen(format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.NotApplied, Message: fmt.Sprintf(format, args...)}
}

// A NotVisibleError is a resource that was created and could not be seen in time.
type NotVisibleError struct {
	ID  string
	Err error // why looking ended
}

// Error names the resource.
func (e *NotVisibleError) Error() string {
	return fmt.Sprintf("%s was created, but could not be seen: %v", e.ID, e.Err)
}

// Unwrap gives why looking ended.
func (e *NotVisibleError) Unwrap() error { return e.Err }
