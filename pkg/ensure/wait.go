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

// reachedBy reports whether a state with a readiness reaches the goal.
func (g Goal) reachedBy(r idem.Readiness) bool {
	return r == idem.Usable || r == idem.Pending && g == Visible
}

// Wait returns a Creator that calls next and then describes the resource of next's result, at least once. It returns success only when
// Describe shows the resource as the intent asks for it, with those requested tags that EC2's answer has, and in a state that reaches the
// goal. poll gets a Creator that describes the resource once per call. poll returns a Creator that repeats those calls.
//
// An error of next, and the result of a dry run, are returned at once. Wait's own errors are [*idem.OutcomeError]s:
//   - Describe does not show the resource for ten seconds, although past shows that it must be visible: a mismatch with Gone.
//   - The state is one of a deleted resource, and past has the resource: a mismatch with Gone.
//   - The state is one of a failed resource, or this run created the resource and its state is one of a deleted resource: the outcome
//     Succeeded with a [*FailedError], together with the result.
//   - Several resources carry the intent's tag: undecided.
//   - poll's Creator ends for another reason, such as its time limit: the outcome OutcomeUnknown with a [*NotReadyError], together with
//     the result.
//
// If Describe shows the resource, but does not find it by the intent's tag for ten seconds, the Creator calls warn and returns the result.
//
// If the caller may not Describe, the Creator calls warn and returns the result without an error.
func Wait(finder idem.Finder, next idem.Creator, past Past, goal Goal, poll func(idem.Creator) idem.Creator, warn func(error)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		result, err := next.Create(ctx, intent)
		if err != nil || intent.DryRun() {
			return result, err
		}
		p := poller{finder: finder, goal: goal, result: result, past: past.of(result)}
		_, err = poll(idem.CreatorFunc(p.poll)).Create(ctx, intent)
		outcomeError := func(outcome idem.Outcome, last *idem.AttemptError, err error) error {
			return &idem.OutcomeError{Outcome: outcome, Attempts: result.Attempts, Last: last, Err: err}
		}
		var (
			outcome *idem.OutcomeError
			failed  *FailedError
		)
		switch {
		case err == nil:
			if p.hidden(intent) {
				warn(fmt.Errorf("%s was created, but this endpoint does not find it by its tag %s: --ensure can't prevent a second one",
					strings.Join(result.IDs(), ", "), TagKey))
			}
			result.Visible = true
			return result, nil
		case !errors.As(err, &outcome):
			return result, err
		case errors.As(err, &failed):
			result.Visible = true
			return result, outcomeError(idem.Succeeded, nil, failed)
		case outcome.Last != nil && outcome.Last.Gone:
			return idem.Result{}, outcomeError(idem.NothingCreated, outcome.Last, outcome.Last)
		case outcome.Last != nil && outcome.Last.Verdict == idem.Undecided:
			return idem.Result{}, outcomeError(idem.OutcomeUnknown, outcome.Last, outcome.Last)
		case outcome.Last != nil && outcome.Last.Denied:
			warn(fmt.Errorf("%s was created, but awsidem can't check that it is visible: %w", strings.Join(result.IDs(), ", "), outcome.Last))
			return result, nil
		}
		return result, outcomeError(idem.OutcomeUnknown, outcome.Last, &NotReadyError{IDs: result.IDs(), State: p.state, Err: outcome.Err})
	})
}

// A poller describes the resource of one result until the resource reaches the goal.
type poller struct {
	finder       idem.Finder
	goal         Goal
	result       idem.Result
	past         Past
	state        string    // the state that Describe showed last; "" if the resource was never visible or has no state
	missingSince time.Time // the first of the latest polls in a row that did not find the resource; zero if the last poll found it or failed
	byTag        bool      // the last poll found the resource by the intent's tag
	hiddenSince  time.Time // the first poll that found the resource, but not by its tag; zero if there was none
}

// poll describes the resource once. It returns success if the resource is as the intent asks for it and reaches the goal.
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
		failed := &FailedError{IDs: p.result.IDs(), State: resource.State, Reason: resource.Reason, Gone: resource.Readiness == idem.Gone}
		return idem.Result{}, &idem.AttemptError{Verdict: idem.Undecided, Message: failed.Error(), Err: failed}
	case resource.Disagreement != "":
		return idem.Result{}, notVisible("%s is visible, but not as it was asked for: %s", ids, resource.Disagreement)
	case missing != "":
		return idem.Result{}, notVisible("%s is visible, but without the tag %s", ids, missing)
	case !p.goal.reachedBy(resource.Readiness):
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

// find finds the result's resource. If the intent has its tag, find searches by the tag, so that it also finds another resource with the tag.
func (p *poller) find(ctx context.Context, intent idem.Intent) ([]idem.Resource, error) {
	p.byTag = false
	if Tagged(intent) {
		found, err := p.finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		found = slices.DeleteFunc(found, func(r idem.Resource) bool { // a resource that was deleted before EC2 forgot the token
			return r.Readiness == idem.Gone && !p.isResult(r)
		})
		switch {
		case err != nil || len(found) > 1:
			return found, err
		case len(found) == 1 && !p.isResult(found[0]): // EC2 answered with p.result, so there are two resources
			return append(found, idem.Resource{Result: p.result}), nil
		case len(found) == 1:
			p.byTag = true
			return found, nil
		}
	}
	return p.finder.FindID(ctx, intent, p.result.IDs()...)
}

// isResult reports whether a resource is the result, or a part of the result.
func (p *poller) isResult(r idem.Resource) bool {
	return slices.ContainsFunc(r.IDs(), func(id string) bool { return slices.Contains(p.result.IDs(), id) })
}

// expectedTags returns the requested tags that EC2's answer has, or none if the resource was visible before. Somebody may have changed a tag
// after the create. Then EC2's answer to a replay, or the resource that was visible before, lacks the requested tag.
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

// A FailedError reports resources that EC2 created, but whose state shows that they will never be usable: failed, or deleted.
type FailedError struct {
	IDs    []string
	State  string // EC2's word for the state
	Reason string // EC2's reason; "" if EC2 has none
	Gone   bool   // the state is one of deleted resources
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
	State string // the state that Describe showed last; "" if the resource was never visible or has no state
	Err   error  // why polling ended
}

// Error names the resources, what they lack, and why polling ended.
func (e *NotReadyError) Error() string {
	return fmt.Sprintf("%s was created, but %s: %v", strings.Join(e.IDs, ", "), e.Lacks(), e.Err)
}

// Lacks returns what the resources lacked when polling ended: "is not visible", or "is still" and the state.
func (e *NotReadyError) Lacks() string {
	if e.State != "" {
		return "is still " + e.State
	}
	return "is not visible"
}

// Unwrap returns why polling ended.
func (e *NotReadyError) Unwrap() error { return e.Err }
