package idem

import "context"

// A Resource is a resource that Describe shows.
type Resource struct {
	Result              // as a create returns it
	Disagreement string // how the resource differs from what the intent asks for; "" if it does not
	Tags         map[string]string
}

// A Finder finds the resources of an intent's kind in the intent's place: by id, or by a tag. If there is none, it returns none and no
// error. Its errors are [*AttemptError]s.
type Finder interface {
	FindID(ctx context.Context, intent Intent, id string) ([]Resource, error)
	FindTag(ctx context.Context, intent Intent, key, value string) ([]Resource, error)
}
