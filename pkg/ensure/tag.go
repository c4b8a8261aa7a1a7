package ensure

import (
	"fmt"
	"maps"
	"slices"

	"github.com/awsidem/awsidem/pkg/idem"
)

// TagKey is the key of the tag that names a resource's intent. The tag's value is the client token.
const TagKey = "awsidem:client-token"

// Tag adds the intent's tag to the parameters, for resources of an EC2 resource type such as "route-table". It returns an error if the
// parameters already set that tag to another value.
func Tag(intent *idem.Intent, resourceType string) error {
	tag := map[string]any{"Key": TagKey, "Value": intent.ClientToken}
	if value, tagged := requestedTags(*intent)[TagKey]; tagged {
		if value != intent.ClientToken {
			return fmt.Errorf("awsidem sets the tag %s itself: it can't be %q", TagKey, value)
		}
		return nil
	}
	var specifications []any
	added := false
	given, _ := intent.Input["TagSpecifications"].([]any)
	for _, item := range given {
		specification, ok := item.(map[string]any)
		if ok && !added && specification["ResourceType"] == resourceType {
			tags, _ := specification["Tags"].([]any)
			item = map[string]any{"ResourceType": resourceType, "Tags": append(slices.Clone(tags), tag)}
			added = true
		}
		specifications = append(specifications, item)
	}
	if !added {
		specifications = append(specifications, map[string]any{"ResourceType": resourceType, "Tags": []any{tag}})
	}
	intent.Input["TagSpecifications"] = specifications
	return nil
}

// Tagged reports whether the intent's parameters have the intent's tag, as --ensure adds it.
func Tagged(intent idem.Intent) bool { return requestedTags(intent)[TagKey] == intent.ClientToken }

// requestedTags returns the tags in an intent's parameters. If the intent has its tag, requestedTags returns only the tags of the same resource
// type: a create can tag other resources, too, such as the volumes of an instance.
func requestedTags(intent idem.Intent) map[string]string {
	specifications, _ := intent.Input["TagSpecifications"].([]any)
	byType := map[string]map[string]string{}
	all := map[string]string{}
	for _, item := range specifications {
		specification, _ := item.(map[string]any)
		resourceType, tags := fmt.Sprint(specification["ResourceType"]), idem.TagMap(specification["Tags"])
		if byType[resourceType] == nil {
			byType[resourceType] = map[string]string{}
		}
		maps.Copy(byType[resourceType], tags)
		maps.Copy(all, tags)
	}
	for _, tags := range byType {
		if tags[TagKey] == intent.ClientToken {
			return tags
		}
	}
	return all
}

// missingTag returns the first of the wanted tags, as KEY=VALUE, that a resource does not have; "" if it has all of them.
func missingTag(wanted, tags map[string]string) string {
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if value, ok := tags[key]; !ok || value != wanted[key] {
			return key + "=" + wanted[key]
		}
	}
	return ""
}
