package idem

import "context"

// A Resource is one that was found.
type Resource struct {
	Result                         // as a create of it would give it
	Disagreement string            // how it is not what the intent asks for; "" if it is
	Tags         map[string]string // that it carries
}

// A Finder looks for resources of an intent's kind, where the intent is. It gives none where there is none to be seen; its
// errors are [*AttemptError]s.
type Finder interface {
	FindID(ctx context.Context, intent Intent, id string) ([]Resource, error)
	FindTag(ctx context.Context, intent Intent, key, value string) ([]Resource, error)
}
