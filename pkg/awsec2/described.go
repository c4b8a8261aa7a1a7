package awsec2

import (
	"fmt"
	"maps"
	"slices"

	"github.com/awsidem/awsidem/pkg/idem"
)

// visible returns the resources with ids as one result, or none unless all of them are among the described resources.
func (op Operation) visible(described []map[string]any, intent idem.Intent, ids []string) []idem.Resource {
	wanted := slices.DeleteFunc(op.unique(described), func(resource map[string]any) bool { return !slices.Contains(ids, op.id(resource)) })
	if len(wanted) == 0 || len(wanted) < len(ids) {
		return nil
	}
	return []idem.Resource{op.asOne(wanted, intent)}
}

// found returns described resources as results of an intent: one result each, or one result in all if the operation creates several at once.
func (op Operation) found(described []map[string]any, intent idem.Intent) []idem.Resource {
	described = op.unique(described)
	var found []idem.Resource
	switch {
	case op.Many && len(described) > 0:
		one := op.asOne(described, intent)
		if fewest, most := op.wanted(intent); one.Disagreement == "" && (len(described) < fewest || most > 0 && len(described) > most) {
			one.Disagreement = fmt.Sprintf("there are %d %ss, not %s", len(described), op.Noun, span(fewest, most))
		}
		found = append(found, one)
	case !op.Many:
		for _, resource := range described {
			found = append(found, op.asOne([]map[string]any{resource}, intent))
		}
	}
	return found
}

// unique returns the described resources that have an id, each once: pages shift while they are read.
func (op Operation) unique(described []map[string]any) []map[string]any {
	seen := map[string]bool{"": true}
	var unique []map[string]any
	for _, resource := range described {
		if id := op.id(resource); !seen[id] {
			seen[id] = true
			unique = append(unique, resource)
		}
	}
	return unique
}

// asOne returns described resources as one result.
func (op Operation) asOne(described []map[string]any, intent idem.Intent) idem.Resource {
	one := idem.Resource{Result: idem.Result{ResourceID: op.id(described[0]), Output: op.asOutput(described, intent.ClientToken)}, Tags: op.tags(described[0])}
	for i, resource := range described {
		state := op.stateOf(resource)
		if readiness := op.readiness(state); i == 0 || readiness > one.Readiness {
			one.State, one.Readiness, one.Reason = state, readiness, op.reasonOf(resource)
		}
		if one.Disagreement == "" {
			one.Disagreement = op.disagreement(resource, op.listed.kind, intent)
		}
		tags := op.tags(resource)
		maps.DeleteFunc(one.Tags, func(key, value string) bool { return tags[key] != value })
		if op.Many {
			one.ResourceIDs = append(one.ResourceIDs, op.id(resource))
		}
	}
	return one
}

// tags returns the tags of a described resource.
func (op Operation) tags(resource map[string]any) map[string]string {
	return idem.TagMap(resource[op.listed.tags])
}

// span returns the numbers from fewest to most in words: 3, 1 to 3, 1 or more.
func span(fewest, most int) string {
	switch most {
	case fewest:
		return fmt.Sprint(fewest)
	case 0:
		return fmt.Sprintf("%d or more", fewest)
	}
	return fmt.Sprintf("%d to %d", fewest, most)
}
