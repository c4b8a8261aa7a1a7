package awsec2

import (
	"context"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// NewFinder returns the Finder that calls the operation's Describe action. It reads all pages. It leaves out resources that an
// endpoint lists although they do not match the request, and an answer without a list is an error.
func NewFinder(client *Client) idem.Finder { return finder{client} }

type finder struct{ client *Client }

// FindID returns the resource with an id.
func (f finder) FindID(ctx context.Context, intent idem.Intent, id string) ([]idem.Resource, error) {
	op, err := operationOf(intent)
	if err != nil {
		return nil, err
	}
	described, failed := f.list(ctx, op, map[string]any{op.ID + "s": []any{id}})
	if failed != nil && op.isNotFound(failed.Code) {
		return nil, nil
	}
	return op.found(described, intent, func(r idem.Resource) bool { return r.ResourceID == id }), asError(failed)
}

// FindIDs finds many resources of one kind with one request: for each of the intents, the resource with its id. There may be at
// most 200 ids, as many values as EC2 takes in the filters of a request.
func FindIDs(ctx context.Context, client *Client, intents []idem.Intent, ids []string) ([][]idem.Resource, error) {
	op, err := operationOf(intents[0])
	if err != nil {
		return nil, err
	}
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = literal(id)
	}
	// By filter: one id that is not visible yet would fail the whole of a request by ids.
	filter := map[string]any{"Name": shape.FlagName(op.ID), "Values": values}
	described, failed := finder{client}.list(ctx, op, map[string]any{"Filters": []any{filter}})
	if failed != nil {
		return nil, failed
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

// FindTag returns the resources with a tag.
func (f finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	op, err := operationOf(intent)
	if err != nil {
		return nil, err
	}
	filter := map[string]any{"Name": "tag:" + key, "Values": []any{literal(value)}}
	described, failed := f.list(ctx, op, map[string]any{"Filters": []any{filter}})
	return op.found(described, intent, func(r idem.Resource) bool { return r.Tags[key] == value }), asError(failed)
}

// list returns all that the operation's Describe action lists for input, from all pages.
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
		if pages[next] { // the pages go round in a circle
			return nil, unmatched(op.Describe, ex, "its next token was given before")
		}
		pages[next] = true
		input["NextToken"] = next
	}
}

// found returns the wanted ones among the described resources, each once, as results of a create of the intent.
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
		onEarlierPage := slices.ContainsFunc(found, func(f idem.Resource) bool { return f.ResourceID == r.ResourceID })
		if r.ResourceID != "" && wanted(r) && !onEarlierPage {
			found = append(found, r)
		}
	}
	return found
}

// literal escapes the wildcards of a filter. See
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html.
func literal(value string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`).Replace(value)
}

// asError converts a nil pointer to a nil error.
func asError(err *idem.AttemptError) error {
	if err == nil {
		return nil
	}
	return err
}
