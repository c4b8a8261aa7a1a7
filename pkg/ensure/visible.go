package ensure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Settled is how long it may take until what was created can be seen: AWS asks for Describe "with exponential backoff up to
// about five minutes". What can't be seen so long after EC2 first answered with it is gone. See
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html.
const Settled = 5 * time.Minute

// certain is how long a resource that must be there has to be missing to count as gone: an answer alone, or a few, may come from
// a replica that lags.
const certain = 10 * time.Second

// Past is what is known of a resource from earlier uses of its token.
type Past struct {
	AnsweredAt time.Time // when EC2 answered with the resource first; zero if that is this time
	Seen       bool      // it has been seen since
}

// Visible gives a Creator that ends with success only when the resource of next's result can be seen, is what was asked for,
// and carries the tags that were asked for. It looks at least once, and again as poll has it, which wraps a Creator that looks
// once a call.
//
// A resource that can't be seen for ten seconds, though the token's past says that it must, is gone: the error is a mismatch of
// [ErrGone]. Where more than one resource carries the intent's tag, it is undecided. If looking is not permitted, warn is told, and the result
// stands. If it is not seen before poll gives up, the result comes with an [*idem.OutcomeError] of a [*NotVisibleError].
func Visible(finder idem.Finder, next idem.Creator, poll func(idem.Creator) idem.Creator, past func(intent idem.Intent, id string) Past, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err != nil || intent.DryRun() {
			return result, err
		}
		v := view{finder: finder, result: result, past: past(intent, result.ResourceID)}
		_, err = poll(idem.CreatorFunc(v.look)).Create(ctx, intent)
		var outcome *idem.OutcomeError
		switch {
		case err == nil:
			result.Visible = true
			return result, nil
		case !errors.As(err, &outcome):
			return result, err
		case v.gone:
			last := gone(intent, result.ResourceID)
			return idem.Result{}, &idem.OutcomeError{Outcome: idem.NothingCreated, Attempts: result.Attempts, Last: last, Err: last}
		case outcome.Last != nil && outcome.Last.Verdict == idem.Undecided:
			return idem.Result{}, &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Attempts: result.Attempts, Last: outcome.Last, Err: outcome.Last}
		case outcome.Last != nil && outcome.Last.Denied:
			warn(fmt.Errorf("%s was created, but it can't be checked that it is visible: %w", result.ResourceID, outcome.Last))
			return result, nil
		}
		return result, &idem.OutcomeError{
			Outcome: idem.OutcomeUnknown, Attempts: result.Attempts, Last: outcome.Last,
			Err: &NotVisibleError{ID: result.ResourceID, Err: outcome.Err},
		}
	})
}

// A view is how a result has been seen so far.
type view struct {
	finder  idem.Finder
	result  idem.Result
	past    Past
	missing time.Time // since when each look has not found it; zero if the last one found it, or failed
	gone    bool
}

// look looks once. It succeeds if all is there.
func (v *view) look(ctx context.Context, intent idem.Intent) (idem.Result, error) {
	found, err := v.find(ctx, intent)
	switch {
	case err != nil:
		v.missing = time.Time{} // what was not looked at is not missing
		return idem.Result{}, looking(err)
	case len(found) > 1:
		return idem.Result{}, several(intent, found)
	case len(found) == 0:
		if v.missing.IsZero() {
			v.missing = time.Now()
		}
		if v.gone = v.past.known() && time.Since(v.missing) >= certain; v.gone {
			return idem.Result{}, gone(intent, v.result.ResourceID)
		}
		return idem.Result{}, unseen("%s is not visible yet", v.result.ResourceID)
	}
	v.missing = time.Time{}
	if found[0].Disagreement != "" {
		return idem.Result{}, unseen("%s is seen, but not as it was asked for: %s", v.result.ResourceID, found[0].Disagreement)
	}
	if missing := missingTag(v.tags(intent), found[0].Tags); missing != "" {
		return idem.Result{}, unseen("%s is seen, but without the tag %s", v.result.ResourceID, missing)
	}
	return v.result, nil
}

// find looks for the result: by the intent's tag, if it has one, to see if another resource carries it, too.
func (v *view) find(ctx context.Context, intent idem.Intent) ([]idem.Resource, error) {
	if Tagged(intent) {
		found, err := v.finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		switch {
		case err != nil || len(found) > 1:
			return found, err
		case len(found) == 1 && found[0].ResourceID != v.result.ResourceID: // ours, which EC2 answered with, is only not seen yet
			return append(found, idem.Resource{Result: v.result}), nil
		case len(found) == 1:
			return found, nil
		}
	}
	return v.finder.FindID(ctx, intent, v.result.ResourceID)
}

// tags are those that must be seen: what was asked for, as far as EC2 answered with it. What a replay's answer does not have, or
// what has been seen before, was changed since by somebody.
func (v *view) tags(intent idem.Intent) map[string]string {
	if v.past.Seen {
		return nil
	}
	wanted := map[string]string{}
	answered := map[string]string{}
	for _, member := range v.result.Output {
		resource, _ := member.(map[string]any)
		maps.Copy(answered, idem.TagMap(resource["Tags"]))
	}
	for key, value := range askedTags(intent) {
		if there, ok := answered[key]; ok && there == value {
			wanted[key] = value
		}
	}
	return wanted
}

// known reports whether the resource must be there to be seen, unless it is gone.
func (p Past) known() bool {
	return p.Seen || !p.AnsweredAt.IsZero() && time.Since(p.AnsweredAt) >= Settled
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
