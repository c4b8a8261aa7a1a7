package sandbox

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// tagSpecifications returns the tags of a create by resource type. A type must be the type of the kind, or one of the other types that the
// action can tag.
func (c *call) tagSpecifications(cr *create) (map[string]map[string]string, error) {
	tags := map[string]map[string]string{cr.kind.Kind: {}}
	if cr.TagParam == "" {
		return tags, nil
	}
	for _, spec := range c.params.entries(cr.TagParam) {
		typ := c.params.get(spec + ".ResourceType")
		switch {
		case typ == cr.kind.Kind, slices.Contains(strings.Fields(cr.OtherTagTypes), typ):
		case typ == "":
			return nil, fail("InvalidParameterValue", "Tag specification resource type must have a value")
		default:
			return nil, fail("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", typ)
		}
		if len(c.params.entries(spec+".Tag")) == 0 {
			return nil, fail("InvalidParameterValue", "Tag specification must have at least one tag")
		}
		if tags[typ] == nil {
			tags[typ] = map[string]string{}
		}
		if err := c.readTags(spec+".Tag", tags[typ]); err != nil {
			return nil, err
		}
		if err := tooMany(tags[typ]); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

// readTags adds the tags of a list to tags.
func (c *call) readTags(list string, tags map[string]string) error {
	for _, entry := range c.params.entries(list) {
		key, value := c.params.get(entry+".Key"), c.params.get(entry+".Value")
		_, duplicate := tags[key]
		var problem string
		switch {
		case key == "":
			problem = "Tag key cannot be null or empty"
		case duplicate:
			problem = "Duplicate tag key '" + key + "' specified."
		case utf8.RuneCountInString(key) > maxTagKey:
			problem = "Tag key exceeds the maximum length of 128 characters"
		case utf8.RuneCountInString(value) > maxTagValue:
			problem = "Tag value exceeds the maximum length of 256 characters"
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			problem = "Tag keys starting with 'aws:' are reserved for internal use"
		}
		if problem != "" {
			return fail("InvalidParameterValue", "%s", problem)
		}
		tags[key] = value
	}
	return nil
}

func tooMany(tags map[string]string) error {
	if len(tags) > maxTags {
		return fail("TagLimitExceeded", "")
	}
	return nil
}

// taggedResources returns the resources that a request to change tags names, or an error if one does not exist.
func (c *call) taggedResources() ([]*resource, error) {
	ids := c.params.list("ResourceId")
	if len(ids) == 0 {
		return nil, missing("resourceIdSet")
	}
	var out []*resource
	for _, id := range ids {
		k := kindOf(id)
		if k == nil || k.check(id) != nil {
			return nil, fail("InvalidID", "The ID '%s' is not valid", id)
		}
		r, err := c.find(k, id)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// createTags adds or overwrites tags on all of the resources or on none.
func createTags(c *call) (*node, error) {
	tags := map[string]string{}
	if err := c.readTags("Tag", tags); err != nil {
		return nil, err
	}
	if len(tags) == 0 {
		return nil, missing("tagSet")
	}
	resources, err := c.taggedResources()
	if err != nil {
		return nil, err
	}
	for _, r := range resources {
		after := maps.Clone(r.Tags)
		maps.Copy(after, tags)
		if err := tooMany(after); err != nil {
			return nil, err
		}
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	for _, r := range resources {
		maps.Copy(r.Tags, tags)
	}
	return done(), nil
}

// deleteTags removes the tags with the given keys. With a value, it removes a tag only if the value is equal; without any
// tag, it removes all tags.
func deleteTags(c *call) (*node, error) {
	resources, err := c.taggedResources()
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	entries := c.params.entries("Tag")
	for _, r := range resources {
		if len(entries) == 0 {
			clear(r.Tags)
		}
		for _, entry := range entries {
			key := c.params.get(entry + ".Key")
			if !c.params.has(entry+".Value") || c.params.get(entry+".Value") == r.Tags[key] {
				delete(r.Tags, key)
			}
		}
	}
	return done(), nil
}
