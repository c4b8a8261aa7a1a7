package ensure

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Recall returns a Creator for an intent whose token made past's resource. If past has no resource, Recall returns next.
//
// If past.ForgottenAt has passed, EC2 may have forgotten the token. Then the Creator does not call next. It describes past's resource and
// returns the resource if it is visible. The errors:
//   - The resource must be visible, because past shows that it was or because [Settled] has passed, but Describe does not show it for ten
//     seconds: a mismatch with Gone.
//   - The state is one of a deleted resource: a mismatch with Gone.
//   - Describe does not show the resource, which need not be visible yet: not applied, so that another attempt follows.
//   - The resource disagrees with the intent's parameters: a mismatch.
//   - EC2 refuses the Describe: undecided.
//
// Otherwise next creates. If EC2 then answers with another resource while past's resource still exists, EC2 forgot the token
// early and made a second resource: the error is undecided. The Creator makes one attempt per call, as next does.
func Recall(finder idem.Finder, next idem.Creator, past Past) idem.Creator {
	if len(past.ResourceIDs) == 0 {
		return next
	}
	former := strings.Join(past.ResourceIDs, ", ")
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if past.forgotten() {
			return recall(ctx, finder, intent, past)
		}
		result, err := next.Create(ctx, intent)
		if err != nil || idem.SameIDs(result.IDs(), past.ResourceIDs) {
			return result, err
		}
		switch found, err := finder.FindID(ctx, intent, past.ResourceIDs...); {
		case err != nil:
			return idem.Result{}, recallFailed(intent, err, "EC2 answered with %s, but %s was made with this token before",
				strings.Join(result.IDs(), ", "), former)
		case len(found) > 0 && found[0].Readiness != idem.Gone:
			const message = "the client token %s made %s before; EC2 no longer knew the token and made %s: " +
				"delete the former, or delete the latter and use --token-window 0s"
			return idem.Result{}, undecided(intent, message, intent.ClientToken, former, strings.Join(result.IDs(), ", "))
		}
		return result, nil // the former resource was deleted, or belongs to another account
	})
}

// recall describes past's resource.
func recall(ctx context.Context, finder idem.Finder, intent idem.Intent, past Past) (idem.Result, error) {
	ids, start := strings.Join(past.ResourceIDs, ", "), time.Now()
	found, err := finder.FindID(ctx, intent, past.ResourceIDs...)
	for err == nil && len(found) == 0 && past.settled() && time.Since(start) < missingFor {
		select {
		case <-ctx.Done():
			return idem.Result{}, notVisible("%s is not visible", ids)
		case <-time.After(time.Second):
			found, err = finder.FindID(ctx, intent, past.ResourceIDs...)
		}
	}
	switch {
	case err != nil:
		return idem.Result{}, recallFailed(intent, err, "%s was made with this token so long ago that EC2 may have forgotten the token", ids)
	case len(found) == 0 && !past.settled(): // a resume made the resource a moment ago, with an old token
		return idem.Result{}, notVisible("%s is not visible yet", ids)
	case len(found) == 0 || found[0].Readiness == idem.Gone:
		return idem.Result{}, gone(intent, past.ResourceIDs)
	case found[0].Disagreement != "":
		return idem.Result{}, mismatch(intent, "%s was made with this token, but is not the resource that was asked for: %s", ids, found[0].Disagreement)
	}
	return found[0].Result, nil
}

// recallFailed turns a failed Describe of a known resource into the error of an attempt. The error is undecided if EC2 refused the Describe.
func recallFailed(intent idem.Intent, err error, format string, args ...any) error {
	var refused *idem.AttemptError
	if !errors.As(err, &refused) || refused.Verdict != idem.Rejected {
		return describeFailed(err)
	}
	e := undecided(intent, format+", and Describe does not show whether it still exists: %v", append(args, err)...)
	e.Err = err
	return e
}
