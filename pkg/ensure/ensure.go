// Package ensure keeps a create exactly-once where the client token alone does not. EC2 does not document how long it remembers a token, what
// it answers to the token of a deleted resource, or when a new id becomes visible. Some EC2-compatible endpoints ignore tokens.
//
//   - [Adopt] finds a resource by the intent's own tag before each attempt, and returns that resource instead of creating one.
//   - [Recall] describes a resource that the journal shows as made, if EC2 may have forgotten its token. It also detects that EC2
//     forgot a token early.
//   - [Known] describes a resource that the journal shows as made. A second apply of a manifest uses it, because a Describe of many resources
//     costs less than their creates.
//   - [Wait] returns success only when Describe shows the resource or, with the goal [Usable], shows the resource in a usable state.
//
// [Tag] adds the tag to the parameters of the create, so that the resource never exists without the tag. The tag's value is the client token.
//
// Adopt has a limit at an endpoint that ignores tokens. Two processes that create at the same time can both find nothing and both
// create. So can one process, if the answer to its create is lost and its next attempt comes before Describe shows the resource. If
// Wait sees both resources, it returns an undecided error that names them.
package ensure

import (
	"fmt"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Settled is the time within which a new resource becomes visible: AWS recommends polling Describe "with exponential backoff up to about
// five minutes". If a resource is not visible when Settled has passed since EC2 first answered with it, the resource counts as gone. See
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html.
const Settled = 5 * time.Minute

// missingFor is the time for which a resource must be missing before it counts as gone: a lagging replica can miss a few polls.
const missingFor = 10 * time.Second

// Past is what the journal knows of the earlier runs of an intent. The zero Past means that the journal knows nothing.
type Past struct {
	ResourceIDs []string  // the resources that the token made; none if none is known
	AnsweredAt  time.Time // when EC2 first answered with the resource; zero if that is not known
	Visible     bool      // whether Describe has shown the resource as the intent asks for it, with the requested tags
	ForgottenAt time.Time // from when on EC2 may have forgotten the token; zero for never
	Succeeded   bool      // whether the intent is on record as succeeded, with its resources
}

// of returns p if p's resource is the resource of the result, else the zero Past.
func (p Past) of(result idem.Result) Past {
	if !idem.SameIDs(p.ResourceIDs, result.IDs()) {
		return Past{}
	}
	return p
}

// settled reports whether the resource must be visible by now, unless it is gone.
func (p Past) settled() bool {
	return p.Visible || !p.AnsweredAt.IsZero() && time.Since(p.AnsweredAt) >= Settled
}

// forgotten reports whether EC2 may have forgotten the token.
func (p Past) forgotten() bool {
	return !p.ForgottenAt.IsZero() && !time.Now().Before(p.ForgottenAt)
}

// gone returns the error of an intent whose token belongs to a deleted resource.
func gone(intent idem.Intent, ids []string) *idem.AttemptError {
	is := "which is gone"
	if len(ids) > 1 {
		is = "of which at least one is gone"
	}
	e := mismatch(intent, "the client token %s belongs to %s, %s", intent.ClientToken, strings.Join(ids, ", "), is)
	e.Gone = true
	return e
}

// several returns the error of an intent whose tag more than one resource carries.
func several(intent idem.Intent, found []idem.Resource) *idem.AttemptError {
	var ids []string
	for _, r := range found {
		ids = append(ids, r.IDs()...)
	}
	return undecided(intent, "%d resources carry the tag %s=%s: %s: delete or untag all but one",
		len(ids), TagKey, intent.ClientToken, strings.Join(ids, ", "))
}

func mismatch(intent idem.Intent, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Mismatch, Operation: intent.Operation, Message: fmt.Sprintf(format, args...)}
}

func undecided(intent idem.Intent, format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.Undecided, Operation: intent.Operation, Message: fmt.Sprintf(format, args...)}
}

// notVisible returns the error of a poll that has to be repeated.
func notVisible(format string, args ...any) *idem.AttemptError {
	return &idem.AttemptError{Verdict: idem.NotApplied, Message: fmt.Sprintf(format, args...)}
}

// describeFailed turns a failed Describe into the error of an attempt. A Describe creates nothing, so Unknown becomes NotApplied.
func describeFailed(err error) error {
	return idem.Changed(err, func(e *idem.AttemptError) {
		if e.Verdict == idem.Unknown {
			e.Verdict = idem.NotApplied
		}
	})
}
