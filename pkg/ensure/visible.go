package ensure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Visible returns a Creator that returns success only when Describe shows the resource of next's result, as the intent asks for it and with
// the requested tags. Visible polls at least once. poll wraps a Creator that polls once per call into one that repeats it.
//
// The errors are [*idem.OutcomeError]s:
//   - If the resource is missing for ten seconds, although past shows that it must be visible, it is gone: a mismatch of [ErrGone].
//   - If several resources carry the intent's tag: undecided.
//   - If poll gives up first: an unknown outcome with a [*NotVisibleError], together with the result.
//
// If the caller may not Describe, Visible calls warn and returns the result.
func Visible(finder idem.Finder, next idem.Creator, past Past, poll func(idem.Creator) idem.Creator, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err != nil || intent.DryRun() {
			return result, err
		}
		v := visibility{finder: finder, result: result, past: past.of(result.ResourceID)}
		_, err = poll(idem.CreatorFunc(v.poll)).Create(ctx, intent)
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
			warn(fmt.Errorf("%s was created, but awsidem can't check that it is visible: %w", result.ResourceID, outcome.Last))
			return result, nil
		}
		return result, &idem.OutcomeError{
			Outcome: idem.OutcomeUnknown, Attempts: result.Attempts, Last: outcome.Last,
			Err: &NotVisibleError{ID: result.ResourceID, Err: outcome.Err},
		}
	})
}

// A visibility tracks the polls of one result.
type visibility struct {
	finder       idem.Finder
	result       idem.Result
	past         Past
	missingSince time.Time // when the current series of polls that did not find the resource began; zero if there is none
	gone         bool
}

// poll describes the resource once. It returns success if everything is as the intent asks for.
func (v *visibility) poll(ctx context.Context, intent idem.Intent) (idem.Result, error) {
	found, err := v.find(ctx, intent)
	id := v.result.ResourceID
	switch {
	case err != nil:
		v.missingSince = time.Time{} // a failed poll does not prove that the resource is missing
		return idem.Result{}, describeFailed(err)
	case len(found) > 1:
		return idem.Result{}, several(intent, found)
	case len(found) == 0:
		if v.missingSince.IsZero() {
			v.missingSince = time.Now()
		}
		if v.gone = v.past.settled() && time.Since(v.missingSince) >= missingFor; v.gone {
			return idem.Result{}, gone(intent, id)
		}
		return idem.Result{}, notVisible("%s is not visible yet", id)
	}
	v.missingSince = time.Time{}
	if found[0].Disagreement != "" {
		return idem.Result{}, notVisible("%s is visible, but not as it was asked for: %s", id, found[0].Disagreement)
	}
	if missing := missingTag(v.expectedTags(intent), found[0].Tags); missing != "" {
		return idem.Result{}, notVisible("%s is visible, but without the tag %s", id, missing)
	}
	return v.result, nil
}

// find finds the result: by the intent's tag, if it has one, so that another resource with the tag is found, too.
func (v *visibility) find(ctx context.Context, intent idem.Intent) ([]idem.Resource, error) {
	if Tagged(intent) {
		found, err := v.finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		switch {
		case err != nil || len(found) > 1:
			return found, err
		case len(found) == 1 && found[0].ResourceID != v.result.ResourceID: // EC2 answered with ours, so there are two
			return append(found, idem.Resource{Result: v.result}), nil
		case len(found) == 1:
			return found, nil
		}
	}
	return v.finder.FindID(ctx, intent, v.result.ResourceID)
}

// expectedTags returns the requested tags that EC2's answer has. A replay's answer may lack tags that somebody changed since, and so may a
// resource that was visible before.
func (v *visibility) expectedTags(intent idem.Intent) map[string]string {
	if v.past.Visible {
		return nil
	}
	answered := map[string]string{}
	for _, member := range v.result.Output {
		resource, _ := member.(map[string]any)
		maps.Copy(answered, idem.TagMap(resource["Tags"]))
	}
	expected := requestedTags(intent)
	maps.DeleteFunc(expected, func(key, value string) bool {
		tag, ok := answered[key]
		return !ok || tag != value
	})
	return expected
}

// A NotVisibleError reports a resource that was created, but did not become visible in time.
type NotVisibleError struct {
	ID  string
	Err error // why polling ended
}

// Error names the resource.
func (e *NotVisibleError) Error() string {
	return fmt.Sprintf("%s was created, but is not visible: %v", e.ID, e.Err)
}

// Unwrap returns why polling ended.
func (e *NotVisibleError) Unwrap() error { return e.Err }
