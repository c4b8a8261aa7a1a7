package awsec2

import (
	"context"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// NewFinder gives the Finder that looks with the operation's Describe action. It pages to the end, and trusts only what it
// finds: a resource that an endpoint lists beside the filter is left out, and an answer without a list is none.
func NewFinder(client *Client) idem.Finder { return finder{client} }

type finder struct{ client *Client }

// FindID looks for the resource of an id.
func (f finder) FindID(ctx context.Context, intent idem.Intent, id string) ([]idem.Resource, error) {
	op, ok := LookupOperation(intent.Operation)
	if !ok {
		return nil, misconfigured(nil, "unknown operation %q", intent.Operation)
	}
	described, err := f.list(ctx, op, map[string]any{op.ID + "s": []any{id}})
	if err != nil && strings.EqualFold(err.Code, "Invalid"+op.ID+".NotFound") { // InvalidRouteTableID.NotFound, and of nothing else
		return nil, nil
	}
	return op.found(described, intent, func(r idem.Resource) bool { return r.ResourceID == id }), asError(err)
}

// FindIDs looks for many resources of one kind with one request: for each of the intents, the one of its id. There may be at
// most 200 of them, as many as EC2 takes values of filters.
func FindIDs(ctx context.Context, client *Client, intents []idem.Intent, ids []string) ([][]idem.Resource, error) {
	op, ok := LookupOperation(intents[0].Operation)
	if !ok {
		return nil, misconfigured(nil, "unknown operation %q", intents[0].Operation)
	}
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = literal(id)
	}
	// A filter, for one id that is not visible yet would fail the whole of a request for ids.
	filter := map[string]any{"Name": shape.FlagName(op.ID), "Values": values}
	described, err := finder{client}.list(ctx, op, map[string]any{"Filters": []any{filter}})
	if err != nil {
		return nil, err
	}
	byID := make(map[string][]map[string]any, len(described))
	for _, resource := range described {
		byID[op.id(resource)] = append(byID[op.id(resource)], resource)
	}
	found := make([][]idem.Resource, len(ids))
	for i, id := range ids {
		found[i] = op.found(byID[id], intents[i], func(r idem.Resource) bool { return r.ResourceID == id })
	}
	return found, nil
}

// FindTag looks for the resources that carry a tag.
func (f finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	op, ok := LookupOperation(intent.Operation)
	if !ok {
		return nil, misconfigured(nil, "unknown operation %q", intent.Operation)
	}
	filter := map[string]any{"Name": "tag:" + key, "Values": []any{literal(value)}}
	described, err := f.list(ctx, op, map[string]any{"Filters": []any{filter}})
	return op.found(described, intent, func(r idem.Resource) bool { return r.Tags[key] == value }), asError(err)
}

// list gives what matches input, page by page.
func (f finder) list(ctx context.Context, op Operation, input map[string]any) ([]map[string]any, *idem.AttemptError) {
	var all []map[string]any
	for pages := map[string]bool{}; ; {
		output, ex, err := f.client.send(ctx, op.Describe, op.describe, input)
		if err != nil {
			return nil, err
		}
		list, ok := output[op.Resource+"s"].([]any)
		if !ok {
			return nil, unmatched(op.Describe, ex, "it has no list of %ss", op.Noun)
		}
		for _, item := range list {
			if described, ok := item.(map[string]any); ok {
				all = append(all, described)
			}
		}
		next, _ := output["NextToken"].(string)
		if next == "" {
			return all, nil
		}
		if pages[next] { // for ever, if one let it
			return nil, unmatched(op.Describe, ex, "its next token was given before")
		}
		pages[next] = true
		input["NextToken"] = next
	}
}

// found gives those of the resources described that are wanted, each once, as a create of the intent would give them.
func (op Operation) found(described []map[string]any, intent idem.Intent, wanted func(idem.Resource) bool) []idem.Resource {
	var found []idem.Resource
	for _, resource := range described {
		r := idem.Resource{
			Result: idem.Result{
				ResourceID: op.id(resource),
				Output:     map[string]any{op.Resource: resource, "ClientToken": intent.ClientToken},
			},
			Disagreement: op.disagreement(resource, intent),
			Tags:         idem.TagMap(resource["Tags"]),
		}
		again := slices.ContainsFunc(found, func(f idem.Resource) bool { return f.ResourceID == r.ResourceID }) // on another page
		if r.ResourceID != "" && wanted(r) && !again {
			found = append(found, r)
		}
	}
	return found
}

// literal escapes what a filter reads as a wildcard. See
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html.
func literal(value string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`).Replace(value)
}

// asError keeps a nil pointer from becoming an error that is not nil.
func asError(err *idem.AttemptError) error {
	if err == nil {
		return nil
	}
	return err
}
