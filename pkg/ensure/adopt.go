package ensure

import (
	"context"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Adopt returns a Creator that first finds the resources with the intent's tag. If there is none, next creates. If there is one, Adopt
// returns it and calls adopted with its id. If there are several, the error is undecided. If the intent does not carry its tag, next
// creates at once. Adopt makes one attempt per call, as next does.
//
// A resource that disagrees with the intent's parameters is a mismatch. So is a resource without the requested tags, unless past
// shows that the resource was visible with them: then somebody changed its tags later.
func Adopt(finder idem.Finder, next idem.Creator, past Past, adopted func(id string)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if !Tagged(intent) || intent.DryRun() {
			return next.Create(ctx, intent)
		}
		found, err := finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		switch {
		case err != nil:
			return idem.Result{}, describeFailed(err)
		case len(found) == 0:
			return next.Create(ctx, intent)
		case len(found) > 1:
			return idem.Result{}, several(intent, found)
		}
		resource := found[0]
		const differs = "%s carries the tag %s=%s, but is not the resource that was asked for: %s"
		if resource.Disagreement != "" {
			return idem.Result{}, mismatch(intent, differs, resource.ResourceID, TagKey, intent.ClientToken, resource.Disagreement)
		}
		if missing := missingTag(requestedTags(intent), resource.Tags); missing != "" && !past.of(resource.ResourceID).Visible {
			return idem.Result{}, mismatch(intent, differs, resource.ResourceID, TagKey, intent.ClientToken, "the tag "+missing+" is missing")
		}
		adopted(resource.ResourceID)
		return resource.Result, nil
	})
}
