package awsec2

import (
	"context"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
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
	found, err := f.find(ctx, op, intent, map[string]any{op.ID + "s": []any{id}}, func(r idem.Resource) bool { return r.ResourceID == id })
	if err != nil && strings.HasSuffix(err.Code, ".NotFound") { // InvalidRouteTableID.NotFound
		return nil, nil
	}
	return found, asError(err)
}

// FindTag looks for the resources that carry a tag.
func (f finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	op, ok := LookupOperation(intent.Operation)
	if !ok {
		return nil, misconfigured(nil, "unknown operation %q", intent.Operation)
	}
	filter := map[string]any{"Name": "tag:" + key, "Values": []any{literal(value)}}
	found, err := f.find(ctx, op, intent, map[string]any{"Filters": []any{filter}}, func(r idem.Resource) bool { return r.Tags[key] == value })
	return found, asError(err)
}

// find lists what matches input, page by page, and gives those that are wanted.
func (f finder) find(ctx context.Context, op Operation, intent idem.Intent, input map[string]any, wanted func(idem.Resource) bool) ([]idem.Resource, *idem.AttemptError) {
	var found []idem.Resource
	for {
		output, ex, err := f.client.send(ctx, op.Describe, op.describe, input)
		if err != nil {
			return nil, err
		}
		list, ok := output[op.Resource+"s"].([]any)
		if !ok {
			return nil, unmatched(op.Describe, ex, "it has no list of %ss", op.Noun)
		}
		for _, item := range list {
			described, _ := item.(map[string]any)
			r := idem.Resource{
				Result: idem.Result{
					ResourceID: op.id(described),
					Output:     map[string]any{op.Resource: described, "ClientToken": intent.ClientToken},
				},
				Disagreement: op.disagreement(described, intent),
				Tags:         tagsOf(described),
			}
			if r.ResourceID != "" && wanted(r) {
				found = append(found, r)
			}
		}
		next, _ := output["NextToken"].(string)
		if next == "" {
			return found, nil
		}
		input["NextToken"] = next
	}
}

func tagsOf(resource map[string]any) map[string]string {
	tags := map[string]string{}
	list, _ := resource["Tags"].([]any)
	for _, item := range list {
		tag, _ := item.(map[string]any)
		key, _ := tag["Key"].(string)
		tags[key], _ = tag["Value"].(string)
	}
	return tags
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
