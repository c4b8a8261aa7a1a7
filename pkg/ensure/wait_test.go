package ensure_test

import (
	"context"
	"errors"
	"math"
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

func (f *finder) FindTag(context.Context, idem.Intent, string, string) ([]idem.Resource, error) {
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
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "T", Input: map[string]any{}}
	if tagged {
		if err := ensure.Tag(&intent, "route-table"); err != nil {
			return err
		}
	}
	create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) { return idem.Result{ResourceID: "rtb-1"}, nil })
	poll := func(look idem.Creator) idem.Creator {
		policy := retry.DefaultPolicy()
		policy.MaxAttempts, policy.MaxElapsedTime, policy.MaxInterval = math.MaxInt, time.Minute, time.Second
		return retry.Wrap(look, policy, nil)
	}
	past.ResourceIDs = []string{"rtb-1"}
	_, err := ensure.Wait(f, create, past, ensure.Usable, poll, func(error) { f.warnings++ }).Create(ctx, intent)
	return err
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

// Another resource with the tag is a second one, also while only one of the two is seen.
func TestAnotherCarriesTheTag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := visible(t.Context(), &finder{id: there("rtb-1"), tag: there("rtb-2")}, ensure.Past{}, true)
		var attempt *idem.AttemptError
		if !errors.As(err, &attempt) || attempt.Verdict != idem.Undecided {
			t.Errorf("got %v", err)
		}
	})
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
