// Package idem holds the vocabulary of awsidem:
//
//	intent   one resource that somebody wants: operation, parameters, client token, place
//	attempt  one HTTP request for an intent; it ends in one verdict
//	verdict  what an attempt proves: matched, mismatch, rejected, not applied, unknown, misconfigured, undecided
//	outcome  what is known of an intent: succeeded, rejected, unknown
//
// An intent's place is its Region, endpoint and profile.
//
// A [Creator] creates the resource of an intent. The innermost Creator makes one attempt at EC2. Each layer around it is a Creator, too: it
// repeats attempts, adopts a resource, records the intent, or waits until the resource is visible. Together, the layers are the guarantee
// of the program.
//
// The package imports only the standard library.
package idem

import (
	"context"
	"slices"
)

// An Intent is one resource that somebody wants. Its client token is fixed before the first attempt and never changes.
type Intent struct {
	Operation   string         // the EC2 API action: CreateRouteTable
	ClientToken string         // 1 to 64 ASCII characters
	Input       map[string]any // the parameters without ClientToken, in the shape of --cli-input-json

	// The place: EC2 keeps client tokens per account and Region.
	Region   string
	Endpoint string // the endpoint URL if one was configured, else ""
	Profile  string // the profile of the shared config files if one was named, else ""
}

// DryRun reports whether the intent is a dry run, which creates nothing.
func (i Intent) DryRun() bool { dry, _ := i.Input["DryRun"].(bool); return dry }

// A Result is the resource of an intent, or the resources if the operation creates several at once.
type Result struct {
	ResourceID  string         // rtb-...; the first id if there are several; "" for a dry run
	ResourceIDs []string       // the ids of all resources if the operation creates several at once; else nil
	Output      map[string]any // EC2's answer in the shape of --output json; nil for a dry run
	Failures    []Failure      // the parts of the request that EC2 refused while it created the rest
	Attempts    int            // the number of attempts
	Visible     bool           // whether Describe has shown the resource as the intent asks for it
}

// IDs returns the ids of all resources; none for a dry run.
func (r Result) IDs() []string {
	if r.ResourceIDs == nil && r.ResourceID != "" {
		return []string{r.ResourceID}
	}
	return r.ResourceIDs
}

// SameIDs reports whether two lists have the same ids in any order: EC2 promises no order.
func SameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// A Failure is a part of a request that EC2 refused while it created the rest.
type Failure struct {
	Part    string // what EC2 refused: the id of a subnet to log, an instance type; "" if EC2 does not name it
	Code    string // EC2's error code
	Message string // EC2's message
}

// A Creator creates the resource of an intent.
//
// If the error is nil, the resource exists and is as the intent asks for it, except for the parts in Result.Failures. If the error is nil
// and the intent is a dry run, EC2 would create the resource.
//
// If a Creator makes one attempt per call, its error is an [*AttemptError]. If a Creator repeats attempts, or contains a Creator that does,
// its error is an [*OutcomeError]. A Creator can return an error together with the resource: the resource exists, but lacks something.
type Creator interface {
	Create(ctx context.Context, intent Intent) (Result, error)
}

// A CreatorFunc is a function that implements [Creator].
type CreatorFunc func(ctx context.Context, intent Intent) (Result, error)

// Create calls f.
func (f CreatorFunc) Create(ctx context.Context, intent Intent) (Result, error) {
	return f(ctx, intent)
}
