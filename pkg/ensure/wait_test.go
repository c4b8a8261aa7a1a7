package ensure_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
)

// A replica answers the look of a number, from 1, which the sandbox, that has one state alone, can't do as it lags and fails.
type replica func(look int) ([]idem.Resource, error)

type finder struct {
	looks    int
	warnings int
	id       replica
	tag      replica
}

func (f *finder) FindID(context.Context, idem.Intent, ...string) ([]idem.Resource, error) {
	f.looks++
	return f.id(f.looks)
}

func (f *finder) FindTag(_ context.Context, _ idem.Intent, key, value string) ([]idem.Resource, error) {
	if key != ensure.TagKey || value != "T" {
		return nil, errors.New("another tag")
	}
	return f.tag(f.looks)
}

func nothing(int) ([]idem.Resource, error) { return nil, nil }

func throttled(int) ([]idem.Resource, error) {
	return nil, &idem.AttemptError{Verdict: idem.NotApplied, Code: "RequestLimitExceeded", Throttled: true}
}

func there(id string) replica {
	return func(int) ([]idem.Resource, error) {
		return []idem.Resource{{Result: idem.Result{ResourceID: id}}}, nil
	}
}

// visible waits a minute for rtb-1, and returns what became of it.
func visible(ctx context.Context, f *finder, past ensure.Past, tagged bool) error {
	_, err := wait(ctx, f, past, tagged, idem.Result{ResourceID: "rtb-1"})
	return err
}

// wait waits a minute for what a create returned.
func wait(ctx context.Context, f *finder, past ensure.Past, tagged bool, made idem.Result) (idem.Result, error) {
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "T", Input: map[string]any{}}
	if tagged {
		if err := ensure.Tag(&intent, "route-table"); err != nil {
			return idem.Result{}, err
		}
	}
	create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return made, nil })
	poll := func(look idem.Creator) idem.Creator {
		policy := retry.DefaultPolicy()
		policy.MaxAttempts, policy.MaxElapsedTime, policy.MaxInterval = math.MaxInt, time.Minute, time.Second
		return retry.Wrap(look, policy, nil)
	}
	past.ResourceIDs = []string{"rtb-1"}
	return ensure.Wait(f, create, past, ensure.Usable, poll, func(error) { f.warnings++ }).Create(ctx, intent)
}

// Gone is what every look has not found for ten seconds, not what some looks could not see.
func TestGone(t *testing.T) {
	for name, c := range map[string]struct {
		id   replica
		past ensure.Past
		gone bool
	}{
		"never found, seen before":         {nothing, ensure.Past{Visible: true}, true},
		"never found, answered long ago":   {nothing, ensure.Past{AnsweredAt: time.Unix(0, 0)}, true},
		"never found, made now":            {nothing, ensure.Past{}, false},
		"not found once, then throttled":   {first(nothing, throttled), ensure.Past{Visible: true}, false},
		"throttled, then not found":        {first(throttled, nothing), ensure.Past{Visible: true}, true},
		"not found by every second answer": {alternating(nothing, throttled), ensure.Past{Visible: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := visible(t.Context(), &finder{id: c.id}, c.past, false)
				var unseen *ensure.NotReadyError
				if isGone(err) != c.gone || errors.As(err, &unseen) == c.gone {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func first(one, then replica) replica {
	return func(look int) ([]idem.Resource, error) {
		if look == 1 {
			return one(look)
		}
		return then(look)
	}
}

func alternating(odd, even replica) replica {
	return func(look int) ([]idem.Resource, error) {
		if look%2 == 1 {
			return odd(look)
		}
		return even(look)
	}
}

// Several resources are the same ones in any order, also while the tag finds only the last of them.
func TestOrderOfSeveral(t *testing.T) {
	several := func(ids ...string) replica {
		return func(int) ([]idem.Resource, error) {
			r := idem.Resource{Result: idem.Result{ResourceID: ids[0], ResourceIDs: ids}}
			if len(ids) < 2 {
				r.Disagreement = "there is one instance, not 2"
			}
			return []idem.Resource{r}, nil
		}
	}
	synctest.Test(t, func(t *testing.T) {
		made := idem.Result{ResourceID: "i-1", ResourceIDs: []string{"i-1", "i-2"}}
		create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return made, nil })
		f := &finder{id: several("i-2", "i-1"), tag: first(several("i-2"), several("i-2", "i-1"))}
		past := ensure.Past{ResourceIDs: []string{"i-2", "i-1"}}
		intent := idem.Intent{Operation: "RunInstances", ClientToken: "T", Input: map[string]any{}}
		if err := ensure.Tag(&intent, "instance"); err != nil {
			t.Fatal(err)
		}
		f.looks++ // FindTag counts none
		if result, err := ensure.Recall(f, create, past).Create(t.Context(), intent); err != nil || len(result.IDs()) != 2 {
			t.Errorf("recalled %v, %v", result, err)
		}
		poll := func(next idem.Creator) idem.Creator {
			return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
				result, err := next.Create(ctx, intent)
				if err != nil {
					f.looks++
					result, err = next.Create(ctx, intent)
				}
				return result, err
			})
		}
		result, err := ensure.Wait(f, create, past, ensure.Visible, poll, func(err error) { t.Error(err) }).Create(t.Context(), intent)
		if err != nil || !result.Visible {
			t.Errorf("waited for %v, %v", result, err)
		}
	})
}

// A resource that its tag does not find for ten seconds is a warning: --ensure is of no use at such an endpoint.
func TestNotFoundByTag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := &finder{id: there("rtb-1"), tag: nothing}
		if err := visible(t.Context(), f, ensure.Past{}, true); err != nil || time.Since(start) < 10*time.Second || f.warnings != 1 {
			t.Errorf("got %v after %s, %d warnings", err, time.Since(start), f.warnings)
		}
		if err := visible(t.Context(), f, ensure.Past{Visible: true}, true); err != nil || f.warnings != 1 { // somebody removed the tag
			t.Errorf("seen before: %v, %d warnings", err, f.warnings)
		}
	})
}

func isGone(err error) bool {
	var attempt *idem.AttemptError
	return errors.As(err, &attempt) && attempt.Gone
}

// A wait that fails returns what is known of the intent; the resource, if it exists; and why.
func TestWaitFails(t *testing.T) {
	in := func(state string, readiness idem.Readiness) replica {
		return func(int) ([]idem.Resource, error) {
			return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-1"}, State: state, Readiness: readiness}}, nil
		}
	}
	other := func(int) ([]idem.Resource, error) {
		return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-1"}, Disagreement: "its VpcId is vpc-2"}}, nil
	}
	two := func(int) ([]idem.Resource, error) {
		return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-1"}}, {Result: idem.Result{ResourceID: "rtb-2"}}}, nil
	}
	const (
		gaveUp = "gave up after "
		both   = "2 resources carry the tag awsidem:client-token=T: "
	)
	for name, c := range map[string]struct {
		finder  finder
		past    ensure.Past
		tagged  bool
		outcome idem.Outcome
		visible bool
		want    string // the error, to gaveUp
	}{
		"failed":     {finder{id: in("failed", idem.Failed)}, ensure.Past{}, false, idem.Succeeded, true, "rtb-1 was created, but its state is failed"},
		"gone":       {finder{id: nothing}, ensure.Past{Visible: true}, false, idem.NothingCreated, false, "the client token T belongs to rtb-1, which is gone"},
		"pending":    {finder{id: in("pending", idem.Pending)}, ensure.Past{}, false, idem.OutcomeUnknown, false, "rtb-1 was created, but is still pending: " + gaveUp},
		"not found":  {finder{id: nothing}, ensure.Past{}, false, idem.OutcomeUnknown, false, "rtb-1 was created, but is not visible: " + gaveUp},
		"another":    {finder{id: other}, ensure.Past{}, false, idem.OutcomeUnknown, false, "rtb-1 was created, but is not visible: " + gaveUp},
		"two":        {finder{id: there("rtb-1"), tag: two}, ensure.Past{}, true, idem.OutcomeUnknown, false, both + "rtb-1, rtb-2: delete or untag all but one"},
		"a second":   {finder{id: there("rtb-1"), tag: there("rtb-2")}, ensure.Past{}, true, idem.OutcomeUnknown, false, both + "rtb-2, rtb-1: delete or untag all but one"},
		"no answers": {finder{id: there("rtb-1"), tag: throttled}, ensure.Past{Visible: true}, true, idem.OutcomeUnknown, false, "rtb-1 was created, but is not visible: " + gaveUp},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				result, err := wait(t.Context(), &c.finder, c.past, c.tagged, idem.Result{ResourceID: "rtb-1", Attempts: 3})
				var outcome *idem.OutcomeError
				if !errors.As(err, &outcome) || outcome.Outcome != c.outcome || outcome.Attempts != 3 || outcome.Last == nil != (name == "failed") {
					t.Fatalf("%+v, want %s", err, c.outcome)
				}
				if message, budget, _ := strings.Cut(err.Error(), gaveUp); message != strings.TrimSuffix(c.want, gaveUp) || (budget != "") != strings.HasSuffix(c.want, gaveUp) {
					t.Errorf("%v, want %s", err, c.want)
				}
				kept := strings.HasPrefix(c.want, "rtb-1 was created")
				if result.ResourceID != map[bool]string{true: "rtb-1"}[kept] || result.Visible != c.visible {
					t.Errorf("%+v", result)
				}
				var budget *retry.BudgetError
				if errors.As(err, &budget) != strings.HasSuffix(c.want, gaveUp) {
					t.Errorf("the cause of %v is %v", err, budget)
				}
			})
		})
	}
}

// What creates decides if there is nothing to wait for: no Describe follows an error or a dry run.
func TestWaitDescribesNothing(t *testing.T) {
	refused := errors.New("refused")
	poll := func(idem.Creator) idem.Creator { t.Error("it polls"); return nil }
	for _, c := range []struct {
		input map[string]any
		err   error
	}{{nil, refused}, {map[string]any{"DryRun": true}, nil}} {
		create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{Attempts: 2}, c.err })
		result, err := ensure.Wait(nil, create, ensure.Past{}, ensure.Usable, poll, nil).Create(t.Context(), idem.Intent{Input: c.input})
		if !errors.Is(err, c.err) || result.Attempts != 2 || result.Visible {
			t.Errorf("%v, %v", result, err)
		}
	}
}

// An interrupt before the first poll does not lose the resource that was made.
func TestWaitInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := wait(ctx, &finder{}, ensure.Past{}, false, idem.Result{ResourceID: "rtb-1"})
	var outcome *idem.OutcomeError
	if !errors.As(err, &outcome) || outcome.Outcome != idem.OutcomeUnknown || !errors.Is(err, context.Canceled) || result.ResourceID != "rtb-1" {
		t.Errorf("%+v, %v", result, err)
	}
}

// A deleted resource of the same token, which EC2 has forgotten since, is no second resource. If the result itself is deleted, that counts.
func TestWaitWithDeletedResources(t *testing.T) {
	deleted := func(id string) idem.Resource {
		return idem.Resource{Result: idem.Result{ResourceID: id}, State: "deleted", Readiness: idem.Gone}
	}
	live := idem.Resource{Result: idem.Result{ResourceID: "rtb-1"}}
	for want, found := range map[string][]idem.Resource{
		"": {deleted("rtb-0"), live},
		"rtb-1 was created, but its state is deleted": {deleted("rtb-1"), deleted("rtb-0")},
	} {
		f := &finder{tag: func(int) ([]idem.Resource, error) { return slices.Clone(found), nil }}
		_, err := wait(t.Context(), f, ensure.Past{}, true, idem.Result{ResourceID: "rtb-1"})
		var failed *ensure.FailedError
		if (err == nil) != (want == "") || err != nil && (err.Error() != want || !errors.As(err, &failed) || !failed.Gone) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A pending resource is visible.
func TestWaitUntilVisible(t *testing.T) {
	f := &finder{id: func(int) ([]idem.Resource, error) {
		return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-1"}, State: "pending", Readiness: idem.Pending}}, nil
	}}
	create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{ResourceID: "rtb-1"}, nil })
	once := func(poll idem.Creator) idem.Creator { return poll }
	result, err := ensure.Wait(f, create, ensure.Past{}, ensure.Visible, once, nil).Create(t.Context(), idem.Intent{ClientToken: "T"})
	if err != nil || !result.Visible {
		t.Errorf("%+v, %v", result, err)
	}
}

// A caller who may not Describe is warned, once.
func TestWaitDenied(t *testing.T) {
	f := &finder{id: func(int) ([]idem.Resource, error) {
		return nil, &idem.AttemptError{Verdict: idem.Rejected, Code: "UnauthorizedOperation", Denied: true}
	}}
	result, err := wait(t.Context(), f, ensure.Past{}, false, idem.Result{ResourceID: "rtb-1"})
	if err != nil || result.ResourceID != "rtb-1" || result.Visible || f.warnings != 1 {
		t.Errorf("%+v, %v, %d warnings", result, err, f.warnings)
	}
}

// The wait ends when Describe shows the tags that EC2's answer has. Somebody may have changed the others since.
func TestWaitForTags(t *testing.T) {
	tags := func(value string) []any { return []any{map[string]any{"Key": "Name", "Value": value}} }
	own := []any{map[string]any{"Key": ensure.TagKey, "Value": "T"}}
	for name, c := range map[string]struct {
		answer map[string]any
		past   ensure.Past
		polls  int
	}{
		"of a resource":        {map[string]any{"RouteTable": map[string]any{"Tags": own}}, ensure.Past{}, 2},
		"of several resources": {map[string]any{"Instances": []any{map[string]any{"Tags": own}}}, ensure.Past{}, 2},
		"of the answer itself": {map[string]any{"Tags": own}, ensure.Past{}, 2},
		"none":                 {map[string]any{"RouteTable": map[string]any{"Tags": tags("a")}}, ensure.Past{}, 1},
		"with another value":   {map[string]any{"RouteTable": map[string]any{"Tags": []any{map[string]any{"Key": ensure.TagKey, "Value": "U"}}}}, ensure.Past{}, 1},
		"visible before":       {map[string]any{"RouteTable": map[string]any{"Tags": own}}, ensure.Past{Visible: true}, 1},
		"answered a while ago": {map[string]any{"RouteTable": map[string]any{"Tags": own}}, ensure.Past{AnsweredAt: time.Unix(0, 0)}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				f := &finder{tag: func(int) ([]idem.Resource, error) { // shows the tag from the second poll on
					shown := idem.Resource{Result: idem.Result{ResourceID: "rtb-1"}}
					if polls++; polls > 1 {
						shown.Tags = map[string]string{ensure.TagKey: "T"}
					}
					return []idem.Resource{shown}, nil
				}}
				_, err := wait(t.Context(), f, c.past, true, idem.Result{ResourceID: "rtb-1", Output: c.answer})
				if err != nil || polls != c.polls {
					t.Errorf("%v after %d polls", err, polls)
				}
			})
		})
	}
}

// The goal is a state, a failure ends the wait at once, and a deleted resource is gone if its token is not new.
func TestStates(t *testing.T) {
	in := func(state string, readiness idem.Readiness) replica {
		return func(int) ([]idem.Resource, error) {
			return []idem.Resource{{Result: idem.Result{ResourceID: "rtb-1"}, State: state, Readiness: readiness, Reason: "NoSpace: no space"}}, nil
		}
	}
	pending, usable := in("pending", idem.Pending), in("available", idem.Usable)
	for name, c := range map[string]struct {
		id    replica
		past  ensure.Past
		want  string // of the error
		polls int
	}{
		"usable at once":       {usable, ensure.Past{}, "", 1},
		"pending, then usable": {first(pending, usable), ensure.Past{}, "", 2},
		"failed":               {first(pending, in("failed", idem.Failed)), ensure.Past{}, "rtb-1 was created, but its state is failed: NoSpace: no space", 2},
		"deleted while new":    {in("terminated", idem.Gone), ensure.Past{}, "rtb-1 was created, but its state is terminated: NoSpace: no space", 1},
		"usable, long ago":     {usable, ensure.Past{AnsweredAt: time.Unix(0, 0)}, "", 1},
		"deleted":              {in("terminated", idem.Gone), ensure.Past{AnsweredAt: time.Unix(0, 0)}, "the client token T belongs to rtb-1, which is gone", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &finder{id: c.id}
				err := visible(t.Context(), f, c.past, false)
				if f.looks != c.polls || (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
					t.Errorf("%v after %d polls", err, f.looks)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		err := visible(t.Context(), &finder{id: pending}, ensure.Past{}, false)
		var unready *ensure.NotReadyError
		if !errors.As(err, &unready) || unready.State != "pending" {
			t.Errorf("for ever pending: %v", err)
		}
	})
}
