// Package idem is the vocabulary of awsidem: an intent, the attempts made for it, the verdict each of them ends in, and
// the outcome of the whole.
//
//	intent   one resource that somebody wants: operation, parameters, client token, where
//	attempt  one HTTP request for an intent; it ends in one verdict
//	verdict  what an attempt proves: matched, mismatch, rejected, not applied, unknown, misconfigured
//	outcome  what is known of the intent: succeeded, rejected, unknown
//
// Everything that creates is a [Creator]. One attempt at EC2 is a Creator, and so is each layer around it (retry, adopt,
// record, wait until visible), so that the guarantee of the whole program is one expression that composes them.
//
// The package imports the standard library alone and does nothing itself.
package idem

import "context"

// An Intent is one resource that somebody wants, named by its client token. The token is part of it from the start: it is
// fixed before the first attempt and never changes.
type Intent struct {
	Operation   string         // the EC2 API action: CreateRouteTable
	ClientToken string         // 1 to 64 ASCII characters
	Input       map[string]any // the parameters without ClientToken, in the shape of --cli-input-json

	// Where: EC2 keeps client tokens per account and Region.
	Region   string
	Endpoint string // the endpoint URL if one was configured, else ""
	Profile  string // the profile of the shared config files if one was named, else ""
}

// DryRun reports whether the intent only asks if it would be allowed: nothing is created.
func (i Intent) DryRun() bool { dry, _ := i.Input["DryRun"].(bool); return dry }

// A Result is the resource that fulfils an intent.
type Result struct {
	ResourceID string         // rtb-...; "" for a dry run
	Output     map[string]any // EC2's answer in the shape of --output json; nil for a dry run
	Attempts   int            // the attempts that were made
	Visible    bool           // Describe has shown it, as it was asked for
}

// A Creator makes the resource of an intent, or says why not.
//
// A nil error means that the resource exists and is the one asked for (a dry run: that it would be created). An error is
// an [*AttemptError] from a Creator that makes a single attempt, and an [*OutcomeError] from one that ends the intent.
type Creator interface {
	Create(ctx context.Context, intent Intent) (Result, error)
}

// CreatorFunc is a function that is a [Creator].
type CreatorFunc func(ctx context.Context, intent Intent) (Result, error)

// Create calls f.
func (f CreatorFunc) Create(ctx context.Context, intent Intent) (Result, error) {
	return f(ctx, intent)
}
