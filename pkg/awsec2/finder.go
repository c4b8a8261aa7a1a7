package awsec2

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// NewFinder returns the Finder that calls the operation's Describe action, and DescribeTags where AWS documents no tag filter. It reads all
// pages. If an endpoint lists resources that do not match the request, the Finder leaves them out. If an answer has no list, the Finder
// returns an error.
func NewFinder(client *Client) idem.Finder { return finder{client} }

type finder struct{ client *Client }

// FindID returns the resource with the ids of an intent, if all of them are visible.
func (f finder) FindID(ctx context.Context, intent idem.Intent, ids ...string) ([]idem.Resource, error) {
	op, err := operationOf(intent)
	if err != nil {
		return nil, err
	}
	described, failed := f.byIDs(ctx, op, intent, ids)
	return op.visible(described, intent, ids), asError(failed)
}

// FindIDs finds the resources of many intents of one operation with one request. ids[i] are the ids of intents[i]. Element i of the result is
// the result of FindID for intents[i]. The errors are [*idem.AttemptError]s.
//
// Where AWS documents a filter for the id, FindIDs uses the filter for up to 200 ids. Otherwise one id that is not visible yet fails the
// request. The error then has NotYet set, and the caller calls FindIDs again with fewer ids. Where the Describe action takes one id per
// request, FindIDs makes one request for each intent.
func FindIDs(ctx context.Context, client *Client, intents []idem.Intent, ids [][]string) ([][]idem.Resource, error) {
	op, err := operationOf(intents[0])
	if err != nil {
		return nil, err
	}
	found := make([][]idem.Resource, len(ids))
	if !op.takesManyIDs() {
		for i, intent := range intents {
			if found[i], err = NewFinder(client).FindID(ctx, intent, ids[i]...); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	all := slices.Concat(ids...)
	input := map[string]any{op.listed.ids[0]: anys(all)}
	if op.declared.documented&byID != 0 && len(all) <= mostValues {
		input = op.filtered(filter{shape.FlagName(op.ID), all})
	}
	described, failed := finder{client}.list(ctx, op, input)
	switch {
	case failed != nil && op.isNotFound(failed.Code) && len(ids) == 1:
		return found, nil
	case failed != nil && op.isNotFound(failed.Code):
		failed.NotYet = true
		return nil, failed
	case failed != nil:
		return nil, failed
	}
	byID := make(map[string][]map[string]any, len(described))
	for _, resource := range described {
		byID[op.id(resource)] = append(byID[op.id(resource)], resource)
	}
	for i, wanted := range ids {
		var own []map[string]any
		for _, id := range wanted {
			own = append(own, byID[id]...)
		}
		found[i] = op.visible(own, intents[i], wanted) // #nosec G602 -- there are as many intents
	}
	return found, nil
}

// mostValues is EC2's limit of values in the filters of one request.
const mostValues = 200

// FindTag returns the resources with a tag. Where AWS documents no tag filter for the kind of resource, FindTag first gets the ids from
// DescribeTags.
func (f finder) FindTag(ctx context.Context, intent idem.Intent, key, value string) ([]idem.Resource, error) {
	op, err := operationOf(intent)
	if err != nil {
		return nil, err
	}
	var (
		described []map[string]any
		failed    *idem.AttemptError
	)
	if op.declared.documented&byTag != 0 {
		described, failed = f.list(ctx, op, op.filtered(filter{"tag:" + key, []string{value}}))
	} else {
		described, failed = f.byDescribeTags(ctx, op, intent, key, value)
	}
	described = slices.DeleteFunc(described, func(resource map[string]any) bool { return op.tags(resource)[key] != value })
	return op.found(described, intent), asError(failed)
}

// byDescribeTags lists the resources that have a tag according to DescribeTags.
func (f finder) byDescribeTags(ctx context.Context, op Operation, intent idem.Intent, key, value string) ([]map[string]any, *idem.AttemptError) {
	tags := tagLister.filtered(filter{"key", []string{key}}, filter{"value", []string{value}}, filter{"resource-type", []string{op.ResourceType()}})
	tagged, err := f.list(ctx, tagLister, tags)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, tag := range tagged {
		id, _ := tag["ResourceId"].(string)
		if tag["Key"] == key && tag["Value"] == value && id != "" {
			ids = append(ids, id)
		}
	}
	var described []map[string]any
	for _, id := range ids { // one id per request: the id of a deleted resource would fail a request for all of them
		resources, err := f.byIDs(ctx, op, intent, []string{id})
		if err != nil {
			return nil, err
		}
		described = append(described, resources...)
	}
	return described, nil
}

// tagLister lists tags as if they were resources.
var tagLister = Operation{
	Noun: "tag", Describe: "DescribeTags", declared: &declaration{describe: (*ec2.Client).DescribeTags}, listed: &listed{list: "Tags", filters: "Filters"},
}

// byIDs lists the resources with ids. If EC2 does not find one of the ids, byIDs lists no resource.
func (f finder) byIDs(ctx context.Context, op Operation, intent idem.Intent, ids []string) ([]map[string]any, *idem.AttemptError) {
	var described []map[string]any
	for _, request := range op.requests(intent, ids) {
		resources, err := f.list(ctx, op, request)
		if err != nil && op.isNotFound(err.Code) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		described = append(described, resources...)
	}
	return described, nil
}

// requests returns the inputs of the Describe action for the resources with ids: one input for all ids, or one for each id.
func (op Operation) requests(intent idem.Intent, ids []string) []map[string]any {
	if op.takesManyIDs() {
		return []map[string]any{{op.listed.ids[0]: anys(ids)}}
	}
	requests := make([]map[string]any, len(ids))
	for i, id := range ids {
		request := map[string]any{}
		if parent, given := intent.Input[op.declared.parent]; given {
			request[op.declared.parent] = parent
		}
		for j, part := range strings.Split(id, ":") {
			if j < len(op.listed.ids) && op.listed.ids[j] != "" {
				request[op.listed.ids[j]] = op.idValue(op.listed.ids[j], part)
			}
		}
		requests[i] = request
	}
	return requests
}

// idValue returns an id as the value of a member of the Describe input.
func (op Operation) idValue(member, id string) any {
	if f, ok := inputOf(op.declared.describe).FieldByName(member); ok && f.Type == reflect.TypeFor[[]string]() {
		return []any{id}
	}
	return id
}

// takesManyIDs reports whether one request of the Describe action can ask for several ids, even if they belong to different intents.
func (op Operation) takesManyIDs() bool {
	if op.declared.parent != "" || len(op.listed.ids) > 1 || op.listed.ids[0] == "" {
		return false
	}
	_, isList := op.idValue(op.listed.ids[0], "").([]any)
	return isList
}

// A filter is a filter of a Describe action. It selects resources that match one of its values.
type filter struct {
	name   string
	values []string
}

// filtered returns the input of the Describe action with filters. It escapes the wildcards in their values. See
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html.
func (op Operation) filtered(by ...filter) map[string]any {
	literal := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`)
	var filters []any
	for _, f := range by {
		values := make([]any, len(f.values))
		for i, value := range f.values {
			values[i] = literal.Replace(value)
		}
		filters = append(filters, map[string]any{"Name": f.name, "Values": values})
	}
	return map[string]any{op.listed.filters: filters}
}

// list returns the elements of all pages that the operation's Describe action returns for an input.
func (f finder) list(ctx context.Context, op Operation, input map[string]any) ([]map[string]any, *idem.AttemptError) {
	var all []map[string]any
	input = maps.Clone(input)
	for pages := map[string]bool{}; ; {
		output, ex, err := f.client.send(ctx, op.Describe, op.declared.describe, input)
		if err != nil {
			return nil, err
		}
		list, ok := output[op.listed.list].([]any)
		if !ok {
			return nil, ex.unmatched("it has no list of %ss", op.Noun)
		}
		if op.listed.inner != "" {
			list = op.innerLists(list)
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
		if pages[next] { // the answers repeat a page: without this check, list would not end
			return nil, ex.unmatched("it repeats the token of an earlier page")
		}
		pages[next] = true
		input["NextToken"] = next
	}
}

// innerLists joins the lists in the elements of a list: the instances of reservations. Each resource gets the rest of its element as one
// more member, which has the name of the outer list.
func (op Operation) innerLists(list []any) []any {
	var all []any
	for _, item := range list {
		element, _ := item.(map[string]any)
		inner, _ := element[op.listed.inner].([]any)
		rest := maps.Clone(element)
		delete(rest, op.listed.inner)
		for _, item := range inner {
			if resource, ok := item.(map[string]any); ok {
				resource[op.listed.list] = rest
			}
		}
		all = append(all, inner...)
	}
	return all
}

func anys(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

// asError converts a nil pointer to a nil error.
func asError(err *idem.AttemptError) error {
	if err == nil {
		return nil
	}
	return err
}
