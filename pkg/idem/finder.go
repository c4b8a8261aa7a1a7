package idem

import "context"

// A Resource is a resource that Describe shows. If the operation creates several resources at once, it is all of them.
type Resource struct {
	Result                         // as a create returns it
	Disagreement string            // how the resource differs from what the intent asks for; "" if it does not
	Tags         map[string]string // of several resources, the tags that all of them have

	State     string    // EC2's word for the state: pending, available; "" if the resource has none
	Readiness Readiness // what the state means; of several resources, the greatest Readiness counts
	Reason    string    // EC2's reason for the state; "" if EC2 has none
}

// A Readiness is what a resource's state means for the next command.
type Readiness int

// The readinesses.
const (
	Usable  Readiness = iota // the next command can use the resource, or the resource has no state
	Pending                  // the resource will become usable or fail
	Failed                   // the resource will never be usable
	Gone                     // the resource was deleted, or EC2 is deleting it
)

// String returns the readiness in the words of the documentation.
func (r Readiness) String() string { return [...]string{"usable", "pending", "failed", "gone"}[r] }

// A Finder finds the resources of an intent's kind in the intent's place. If there is none, it returns none and no error. Its errors are
// [*AttemptError]s.
type Finder interface {
	// FindID returns the resource with an id. Several ids are those of one intent: FindID returns the resources as one Resource, or none
	// unless all of them are visible.
	FindID(ctx context.Context, intent Intent, ids ...string) ([]Resource, error)
	// FindTag returns the resources with a tag. If the operation creates several resources at once, all of them are one Resource.
	FindTag(ctx context.Context, intent Intent, key, value string) ([]Resource, error)
}
