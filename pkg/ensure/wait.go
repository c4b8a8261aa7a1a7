package ensure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Goal is what [Wait] waits for.
type Goal int

// The goals.
const (
	Visible Goal = iota // Describe shows the resource
	Usable              // Describe shows the resource in a state in which the next command can use it
)

// Wait returns a Creator that returns success only when Describe shows the resource of next's result as the intent asks for it, with the
// requested tags, and in a state that reaches the goal. Wait polls at least once. poll wraps a Creator that polls once per call into one
// that repeats it.
//
// The errors are [*idem.OutcomeError]s:
//   - If the resource is missing for ten seconds, although past shows that it must be visible, or if its state shows that it was deleted, it
//     is gone: a mismatch with Gone.
//   - If several resources carry the intent's tag: undecided.
//   - If the resource has failed: a success with a [*FailedError], together with the result.
//   - If poll gives up first: an unknown outcome with a [*NotReadyError], together with the result.
//
// If the resource has the intent's tag and is not found by the tag for ten seconds, Wait calls warn and returns the result.
//
// If the caller may not Describe, Wait calls warn and returns the result.
func Wait(finder idem.Finder, next idem.Creator, past Past, goal Goal, poll func(idem.Creator) idem.Creator, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err != nil || intent.DryRun() {
			return result, err
		}
		p := poller{finder: finder, goal: goal, result: result, past: past.of(result)}
		_, err = poll(idem.CreatorFunc(p.poll)).Create(ctx, intent)
		ended := func(outcome idem.Outcome, last *idem.AttemptError, err error) error {
			return &idem.OutcomeError{Outcome: outcome, Attempts: result.Attempts, Last: last, Err: err}
		}
		var (
			outcome *idem.OutcomeError
			failed  *FailedError
		)
		switch {
		case err == nil:
			if p.hidden(intent) {
				warn(fmt.Errorf("%s was created, but this endpoint does not find it by its tag %s: --ensure can't prevent a second one", strings.Join(result.IDs(), ", "), TagKey))
			}
			result.Visible = true
			return result, nil
		case !errors.As(err, &outcome):
			return result, err
		case errors.As(err, &failed):
			result.Visible = true
			return result, ended(idem.Succeeded, nil, failed)
		case outcome.Last != nil && outcome.Last.Gone:
			return idem.Result{}, ended(idem.NothingCreated, outcome.Last, outcome.Last)
		case outcome.Last != nil && outcome.Last.Verdict == idem.Undecided:
			return idem.Result{}, ended(idem.OutcomeUnknown, outcome.Last, outcome.Last)
		case outcome.Last != nil && outcome.Last.Denied:
			warn(fmt.Errorf("%s was created, but awsidem can't check that it is visible: %w", strings.Join(result.IDs(), ", "), outcome.Last))
			return result, nil
		}
		return result, ended(idem.OutcomeUnknown, outcome.Last, &NotReadyError{IDs: result.IDs(), State: p.state, Err: outcome.Err})
	})
}

// A poller polls one result.
type poller struct {
	finder       idem.Finder
	goal         Goal
	result       idem.Result
	past         Past
	state        string    // the last state that was seen; "" if the resource was never visible or has no state
	missingSince time.Time // when the current series of polls that did not find the resource began; zero if there is none

	byTag       bool      // the last poll found the resource by the intent's tag
	hiddenSince time.Time // when a poll first found the resource, but not by its tag; zero if there was none
}

// poll describes the resource once. It returns success if everything is as the intent asks for.
func (p *poller) poll(ctx context.Context, intent idem.Intent) (idem.Result, error) {
	found, err := p.find(ctx, intent)
	ids := strings.Join(p.result.IDs(), ", ")
	switch {
	case err != nil:
		p.missingSince = time.Time{} // a failed poll does not prove that the resource is missing
		return idem.Result{}, describeFailed(err)
	case len(found) > 1:
		return idem.Result{}, several(intent, found)
	case len(found) == 0:
		if p.missingSince.IsZero() {
			p.missingSince = time.Now()
		}
		if p.past.settled() && time.Since(p.missingSince) >= missingFor {
			return idem.Result{}, gone(intent, p.result.IDs())
		}
		return idem.Result{}, notVisible("%s is not visible yet", ids)
	}
	resource := found[0]
	p.missingSince, p.state = time.Time{}, resource.State
	switch missing := missingTag(p.expectedTags(intent), resource.Tags); {
	case resource.Readiness == idem.Gone && !p.past.AnsweredAt.IsZero():
		return idem.Result{}, gone(intent, p.result.IDs())
	case resource.Readiness == idem.Gone, resource.Readiness == idem.Failed:
		failed := &FailedError{IDs: p.result.IDs(), State: resource.State, Reason: resource.Reason}
		return idem.Result{}, &idem.AttemptError{Verdict: idem.Undecided, Message: failed.Error(), Err: failed}
	case resource.Disagreement != "":
		return idem.Result{}, notVisible("%s is visible, but not as it was asked for: %s", ids, resource.Disagreement)
	case missing != "":
		return idem.Result{}, notVisible("%s is visible, but without the tag %s", ids, missing)
	case resource.Readiness == idem.Pending && p.goal == Usable:
		return idem.Result{}, notVisible("%s is %s", ids, resource.State)
	}
	if p.hidden(intent) {
		if p.hiddenSince.IsZero() {
			p.hiddenSince = time.Now()
		}
		if time.Since(p.hiddenSince) < missingFor {
			return idem.Result{}, notVisible("%s is visible, but not by its tag", ids)
		}
	}
	return p.result, nil
}

// hidden reports whether the last poll did not find the resource by the intent's tag, although a new resource has it.
func (p *poller) hidden(intent idem.Intent) bool {
	return Tagged(intent) && !p.byTag && !p.past.Visible
}

// find finds the result: by the intent's tag, if it has one, so that another resource with the tag is found, too.
func (p *poller) find(ctx context.Context, intent idem.Intent) ([]idem.Resource, error) {
	p.byTag = false
	if Tagged(intent) {
		found, err := p.finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		found = slices.DeleteFunc(found, func(r idem.Resource) bool { // an earlier resource of a token that EC2 forgot
			return r.Readiness == idem.Gone && !p.made(r)
		})
		switch {
		case err != nil || len(found) > 1:
			return found, err
		case len(found) == 1 && !p.made(found[0]): // EC2 answered with ours, so there are two
			return append(found, idem.Resource{Result: p.result}), nil
		case len(found) == 1:
			p.byTag = true
			return found, nil
		}
	}
	return p.finder.FindID(ctx, intent, p.result.IDs()...)
}

// made reports whether a resource is the result, or a part of it.
func (p *poller) made(r idem.Resource) bool {
	return slices.ContainsFunc(r.IDs(), func(id string) bool { return slices.Contains(p.result.IDs(), id) })
}

// expectedTags returns the requested tags that EC2's answer has. A replay's answer may lack tags that somebody changed since, and so may a
// resource that was visible before.
func (p *poller) expectedTags(intent idem.Intent) map[string]string {
	if p.past.Visible {
		return nil
	}
	answered := idem.TagMap(p.result.Output["Tags"])
	for _, member := range p.result.Output {
		resources, many := member.([]any)
		if !many {
			resources = []any{member}
		}
		for _, resource := range resources {
			resource, _ := resource.(map[string]any)
			maps.Copy(answered, idem.TagMap(resource["Tags"]))
		}
	}
	expected := requestedTags(intent)
	maps.DeleteFunc(expected, func(key, value string) bool {
		tag, ok := answered[key]
		return !ok || tag != value
	})
	return expected
}

// A FailedError reports resources that exist in a state in which they will never be usable.
type FailedError struct {
	IDs    []string
	State  string // EC2's word for the state
	Reason string // EC2's reason; "" if EC2 gives none
}

// Error names the resources, their state and EC2's reason.
func (e *FailedError) Error() string {
	message := fmt.Sprintf("%s was created, but its state is %s", strings.Join(e.IDs, ", "), e.State)
	if e.Reason != "" {
		message += ": " + e.Reason
	}
	return message
}

// A NotReadyError reports resources that were created, but did not become visible or usable in time.
type NotReadyError struct {
	IDs   []string
	State string // the last state that was seen; "" if the resource was never visible or has no state
	Err   error  // why polling ended
}

// Error names the resources.
func (e *NotReadyError) Error() string {
	return fmt.Sprintf("%s was created, but %s: %v", strings.Join(e.IDs, ", "), e.Lacks(), e.Err)
}

// Lacks returns what the resources lacked when polling ended.
func (e *NotReadyError) Lacks() string {
	if e.State != "" {
		return "is still " + e.State
	}
	return "is not visible"
}

// Unwrap returns why polling ended.
func (e *NotReadyError) Unwrap() error { return e.Err }
