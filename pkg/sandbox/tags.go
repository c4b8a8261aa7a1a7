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

// tagSpecification gives the tags for a new resource of a kind.
func (c *call) tagSpecification(k *kind) (map[string]string, error) {
	tags := map[string]string{}
	for _, spec := range c.params.entries("TagSpecification") {
		switch typ := c.params.get(spec + ".ResourceType"); typ {
		case k.name:
		case "":
			return nil, fail("InvalidParameterValue", "Tag specification resource type must have a value")
		default:
			return nil, fail("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", typ)
		}
		if len(c.params.entries(spec+".Tag")) == 0 {
			return nil, fail("InvalidParameterValue", "Tag specification must have at least one tag")
		}
		if err := c.readTags(spec+".Tag", tags); err != nil {
			return nil, err
		}
	}
	return tags, tooMany(tags)
}

// readTags adds the tags of a list to those there are.
func (c *call) readTags(list string, tags map[string]string) error {
	for _, entry := range c.params.entries(list) {
		key, value := c.params.get(entry+".Key"), c.params.get(entry+".Value")
		_, twice := tags[key]
		var why string
		switch {
		case key == "":
			why = "Tag key cannot be null or empty"
		case twice:
			why = "Duplicate tag key '" + key + "' specified."
		case utf8.RuneCountInString(key) > maxTagKey:
			why = "Tag key exceeds the maximum length of 128 characters"
		case utf8.RuneCountInString(value) > maxTagValue:
			why = "Tag value exceeds the maximum length of 256 characters"
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			why = "Tag keys starting with 'aws:' are reserved for internal use"
		}
		if why != "" {
			return fail("InvalidParameterValue", "%s", why)
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

// tagged gives the resources that a request to change tags names: all of them, or an error.
func (c *call) tagged() ([]*resource, error) {
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

// createTags adds or overwrites tags: on all of the resources, or on none.
func createTags(c *call) (*answer, error) {
	tags := map[string]string{}
	if err := c.readTags("Tag", tags); err != nil {
		return nil, err
	}
	if len(tags) == 0 {
		return nil, missing("tagSet")
	}
	resources, err := c.tagged()
	if err != nil {
		return nil, err
	}
	for _, r := range resources {
		after := maps.Clone(r.tags)
		maps.Copy(after, tags)
		if err := tooMany(after); err != nil {
			return nil, err
		}
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	for _, r := range resources {
		maps.Copy(r.tags, tags)
	}
	return done(), nil
}

// deleteTags removes tags: those with the key, and the value if one is given, or all of them if no tag is named.
func deleteTags(c *call) (*answer, error) {
	resources, err := c.tagged()
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	entries := c.params.entries("Tag")
	for _, r := range resources {
		if len(entries) == 0 {
			clear(r.tags)
		}
		for _, entry := range entries {
			key := c.params.get(entry + ".Key")
			if !c.params.has(entry+".Value") || c.params.get(entry+".Value") == r.tags[key] {
				delete(r.tags, key)
			}
		}
	}
	return done(), nil
}

type tagXML struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

// tagSet is in the order of the keys; EC2's is in none.
func tagSet(r *resource) set[tagXML] {
	var out set[tagXML]
	for _, key := range slices.Sorted(maps.Keys(r.tags)) {
		out.add(tagXML{key, r.tags[key]})
	}
	return out
}
