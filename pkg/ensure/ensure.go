// Package ensure keeps a create exactly-once where the client token ends. EC2 does not say how long it remembers a token, what
// it answers to a token whose resource is gone, or when a new id can be seen; some EC2-compatible endpoints ignore tokens
// altogether.
//
//   - [Adopt] looks for the intent's own tag before each attempt and takes what it finds instead of creating.
//   - [Recall] returns what the journal remembers as made so long ago that EC2 may have forgotten the token, and tells when EC2
//     has forgotten it sooner.
//   - [Visible] ends a create only when the resource can be seen.
//
// The tag, made by [Tag], names the token: it is part of the parameters, so that resource and tag come to be at once, and the
// same at each attempt. What Adopt can't do, at an endpoint that ignores tokens: two processes that create at the same time can
// both find nothing and both create, and so can one whose answer was lost before what it made can be seen. Visible looks by the
// tag, and ends as undecided where it sees both.
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

// TagKey is the key of the tag that holds the client token of the intent that a resource was made for.
const TagKey = "awsidem:client-token"

// Tag adds the intent's tag to its parameters. It errors if they give that tag another value already.
func Tag(intent *idem.Intent, resourceType string) error {
	tag := map[string]any{"Key": TagKey, "Value": intent.ClientToken}
	if value, tagged := askedTags(*intent)[TagKey]; tagged {
		if value != intent.ClientToken {
			return fmt.Errorf("the tag %s is of awsidem's own: it can't be %q", TagKey, value)
		}
		return nil
	}
	var specifications []any
	added := false
	given, _ := intent.Input["TagSpecifications"].([]any)
	for _, item := range given {
		specification, ok := item.(map[string]any)
		if ok && !added && specification["ResourceType"] == resourceType {
			tags, _ := specification["Tags"].([]any)
			item = map[string]any{"ResourceType": resourceType, "Tags": append(append([]any{}, tags...), tag)}
			added = true
		}
		specifications = append(specifications, item)
	}
	if !added {
		specifications = append(specifications, map[string]any{"ResourceType": resourceType, "Tags": []any{tag}})
	}
	intent.Input["TagSpecifications"] = specifications
	return nil
}

// Tagged reports whether the intent carries its tag: whether it was made with --ensure.
func Tagged(intent idem.Intent) bool { return askedTags(intent)[TagKey] == intent.ClientToken }

// askedTags are the tags that an intent asks for.
func askedTags(intent idem.Intent) map[string]string {
	asked := map[string]string{}
	specifications, _ := intent.Input["TagSpecifications"].([]any)
	for _, item := range specifications {
		specification, _ := item.(map[string]any)
		maps.Copy(asked, idem.TagMap(specification["Tags"]))
	}
	return asked
}

// Adopt gives a Creator that first looks for a resource with the intent's tag. One that is what was asked for is the result,
// and adopted is told its id; one that is not, by its parameters or its tags, is a mismatch, unless past says that it was once
// seen with its tags, which have then been changed since. Two are undecided. Only where there is none, next creates. Like next it
// makes one attempt a call. Intents without the tag go to next at once.
func Adopt(finder idem.Finder, next idem.Creator, past func(intent idem.Intent, id string) Past, adopted func(id string)) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		if !Tagged(intent) || intent.DryRun() {
			return next.Create(ctx, intent)
		}
		found, err := finder.FindTag(ctx, intent, TagKey, intent.ClientToken)
		switch {
		case err != nil:
			return idem.Result{}, looking(err)
		case len(found) == 0:
			return next.Create(ctx, intent)
		case len(found) > 1:
			return idem.Result{}, several(intent, found)
		case found[0].Disagreement != "":
			return idem.Result{}, mismatch(intent, "%s carries the tag %s=%s, and is not what was asked for: %s",
				found[0].ResourceID, TagKey, intent.ClientToken, found[0].Disagreement)
		}
		if missing := missingTag(askedTags(intent), found[0].Tags); missing != "" && !past(intent, found[0].ResourceID).Seen {
			return idem.Result{}, mismatch(intent, "%s carries the tag %s=%s, and is not what was asked for: it has no tag %s",
				found[0].ResourceID, TagKey, intent.ClientToken, missing)
		}
		adopted(found[0].ResourceID)
		return found[0].Result, nil
	})
}

// Recall gives a Creator for intents of which remembered knows the resource that their token made, "" for none. Where EC2 may
// have forgotten the token, the intent is not sent again: the resource is the result if it can be seen; if it can't for ten
// seconds, though past says that it must, it is gone, which is a mismatch. Otherwise next creates; if EC2 then answers with another
// resource, and the one that is remembered can be seen, too, EC2 has forgotten the token sooner, and which of the two counts is
// undecided. Like next it makes one attempt a call.
func Recall(finder idem.Finder, next idem.Creator, remembered func(idem.Intent) (id string, forgotten bool), past func(intent idem.Intent, id string) Past) idem.Creator {
	return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
		id, forgotten := remembered(intent)
		if id != "" && forgotten {
			return recall(ctx, finder, intent, id, past(intent, id))
		}
		result, err := next.Create(ctx, intent)
		if err != nil || id == "" || id == result.ResourceID {
			return result, err
		}
		switch found, err := finder.FindID(ctx, intent, id); {
		case err != nil:
			return idem.Result{}, unlooked(intent, err, "EC2 answered with %s, and %s was made with this token before", result.ResourceID, id)
		case len(found) > 0:
			return idem.Result{}, undecided(intent, "the client token %s made %s before, and now, as EC2 no longer knew it, %s: delete the former, or the latter and then use --token-window 0s",
				intent.ClientToken, id, result.ResourceID)
		}
		return result, nil // it was deleted, or is another account's
	})
}

// recall looks for what was made for an intent.
func recall(ctx context.Context, finder idem.Finder, intent idem.Intent, id string, past Past) (idem.Result, error) {
	missing := time.Now()
	found, err := finder.FindID(ctx, intent, id)
	for err == nil && len(found) == 0 && past.known() && time.Since(missing) < certain {
		select {
		case <-ctx.Done():
			return idem.Result{}, unseen("%s is not visible", id)
		case <-time.After(time.Second):
			found, err = finder.FindID(ctx, intent, id)
		}
	}
	switch {
	case err != nil:
		return idem.Result{}, unlooked(intent, err, "%s was made with this token, so long ago that EC2 may have forgotten it", id)
	case len(found) == 0 && !past.known(): // a resume made it just now, under an old token
		return idem.Result{}, unseen("%s is not visible yet", id)
	case len(found) == 0:
		return idem.Result{}, gone(intent, id)
	case found[0].Disagreement != "":
		return idem.Result{}, mismatch(intent, "%s, which was made with this token, is not what was asked for: %s", id, found[0].Disagreement)
	}
	return found[0].Result, nil
}

// unlooked is the end of an attempt that had to look for what is remembered: undecided if that is not permitted.
func unlooked(intent idem.Intent, err error, format string, args ...any) error {
	var refused *idem.AttemptError
	if !errors.As(err, &refused) || refused.Verdict != idem.Rejected {
		return looking(err)
	}
	e := undecided(intent, format+", and whether that is still there can't be seen: %v", append(args, err)...)
	e.Err = err
	return e
}

// looking is the end of an attempt that got no further than to look: nothing was created by it.
func looking(err error) error {
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) && attempt.Verdict == idem.Unknown {
		looked := *attempt
		looked.Verdict = idem.NotApplied
		return &looked
	}
	return err
}

func mismatch(intent idem.Intent, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Mismatch, Operation: intent.Operation, Message: fmt.Sprintf(format, args...)}
}

// several is the end of an intent for which there is more than one resource.
func several(intent idem.Intent, found []idem.Resource) *idem.AttemptError {
	ids := make([]string, len(found))
	for i, r := range found {
		ids[i] = r.ResourceID
	}
	return undecided(intent, "%d resources carry the tag %s=%s: %s: delete or untag all but one", len(found), TagKey, intent.ClientToken, strings.Join(ids, ", "))
}

func undecided(intent idem.Intent, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Undecided, Operation: intent.Operation, Message: fmt.Sprintf(format, args...)}
}

// missingTag gives one of the asked tags that there is not, as KEY=VALUE; "" if all are there.
func missingTag(asked, there map[string]string) string {
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		if value, ok := there[key]; !ok || value != asked[key] {
			return key + "=" + asked[key]
		}
	}
	return ""
}

// gone is the end of an intent whose token belongs to a resource that was deleted.
func gone(intent idem.Intent, id string) *idem.AttemptError {
	e := mismatch(intent, "the client token %s belongs to %s, which is gone", intent.ClientToken, id)
	e.Err = ErrGone
	return e
}

// ErrGone is in the chain of an error that says that the token belongs to a resource that is gone.
var ErrGone = errors.New("the resource is gone")
