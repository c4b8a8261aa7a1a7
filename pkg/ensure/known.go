package ensure

import (
	"context"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Known returns a Creator that creates nothing. The Creator describes past's resource once, and returns the resource if Describe shows it as
// the intent asks for it, with the requested tags, and in a state that reaches the goal. Otherwise the error is a not applied
// [*idem.AttemptError]. After an error the caller creates, because the other layers find out what is wrong.
func Known(finder idem.Finder, past Past, goal Goal) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		found, err := finder.FindID(ctx, intent, past.ResourceIDs...)
		if err != nil || len(found) != 1 ||
			found[0].Disagreement != "" ||
			!goal.reachedBy(found[0].Readiness) ||
			!past.Visible && missingTag(requestedTags(intent), found[0].Tags) != "" {
			return idem.Result{}, notVisible("%s is not visible as it was asked for", strings.Join(past.ResourceIDs, ", "))
		}
		return found[0].Result, nil
	})
}
