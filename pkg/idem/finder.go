package idem

import "context"

// A Resource is a resource that Describe shows. If the operation creates several resources at once, one Resource stands for all
// resources of an intent.
type Resource struct {
	Result                         // the resource as [Creator] returns it
	Disagreement string            // how the resource differs from what the intent asks for; "" if the resource does not differ
	Tags         map[string]string // the tags; if there are several resources, the tags that all of them have

	State     string    // EC2's word for the state: pending, available; "" if the resource has none
	Readiness Readiness // what the state means; if there are several resources, the greatest Readiness of them
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

// A Finder finds resources with Describe, in the intent's place and of the kind that the intent's operation makes. If a Finder finds no
// resource, it returns an empty list and no error. Its errors are [*AttemptError]s.
type Finder interface {
	// FindID returns the resource with an id. If the intent has several resources, ids holds all their ids, and FindID returns one
	// Resource for all of them. If one of them is not visible, the list is empty.
	FindID(ctx context.Context, intent Intent, ids ...string) ([]Resource, error)
	// FindTag returns the resources with a tag. If the operation creates several resources at once, FindTag returns one Resource for
	// all of them.
	FindTag(ctx context.Context, intent Intent, key, value string) ([]Resource, error)
}
