package ensure

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Adopt returns a Creator that first finds the resources with the intent's tag. If there is none, next creates. If there is one, the Creator
// returns that resource and calls adopted with its id. (If the operation creates several resources at once, adopted gets their ids, joined by
// ", ".) If there are several, the error is undecided. If the intent is a dry run, or if its parameters lack the tag, next creates at
// once. The Creator makes one attempt per call, as next does.
//
// The error is a mismatch in three cases: the resource disagrees with the intent's parameters; the resource lacks a requested tag; the
// resource is gone, and no other resource has the tag. A missing tag is no mismatch if past shows that the resource was visible with all
// requested tags: then somebody changed the tags later. If Describe fails, the attempt ends before next is called.
//
// If EC2 refuses next's request because a name or place is taken, the Creator looks for the tag once more: the resource of an earlier
// attempt may have taken that name or place.
func Adopt(finder idem.Finder, next idem.Creator, past Past, adopted func(id string)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if !Tagged(intent) || intent.DryRun() {
			return next.Create(ctx, intent)
		}
		result, found, err := adopt(ctx, finder, intent, past)
		if err == nil && !found {
			result, err = next.Create(ctx, intent)
			var refused *idem.AttemptError
			if !errors.As(err, &refused) || !refused.NaturalKey {
				return result, err
			}
			taken, found, _ := adopt(ctx, finder, intent, past)
			if !found {
				return result, err
			}
			result, err = taken, nil
		}
		if err == nil {
			adopted(strings.Join(result.IDs(), ", "))
		}
		return result, err
	})
}

// adopt finds the resource with the intent's tag, and reports whether there is one.
func adopt(ctx context.Context, finder idem.Finder, intent idem.Intent, past Past) (result idem.Result, found bool, err error) {
	tagged, err := finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
	if err != nil {
		return idem.Result{}, false, describeFailed(err)
	}
	live := slices.DeleteFunc(slices.Clone(tagged), func(r idem.Resource) bool { return r.Readiness == idem.Gone })
	switch {
	case len(tagged) == 0:
		return idem.Result{}, false, nil
	case len(live) == 0:
		return idem.Result{}, false, gone(intent, tagged[0].IDs())
	case len(live) > 1:
		return idem.Result{}, false, several(intent, live)
	}
	resource := live[0]
	difference := resource.Disagreement
	if missing := missingTag(requestedTags(intent), resource.Tags); difference == "" && missing != "" && !past.of(resource.Result).Visible {
		difference = "the tag " + missing + " is missing"
	}
	if difference != "" {
		return idem.Result{}, false, mismatch(intent, "%s carries the tag %s=%s, but is not the resource that was asked for: %s",
			strings.Join(resource.IDs(), ", "), TagKey, intent.ClientToken, difference)
	}
	return resource.Result, true, nil
}
