package sandbox

import (
	"slices"
	"strconv"
)

// A launch template begins with version 1. A version belongs to the template that its create names by id or by name.

// templateID returns the id of the launch template that a request names. If the request has the template's name instead of its id, the template
// must exist.
func (c *call) templateID() (string, error) {
	id, name := c.params.get("LaunchTemplateId"), c.params.get("LaunchTemplateName")
	switch {
	case id != "":
		return id, nil
	case name == "":
		return "", missing("launchTemplateId")
	}
	found := c.visible(func(r *resource) bool {
		return r.Type == "launch-template" && r.params.get("LaunchTemplateName") == name
	})
	if len(found) == 0 {
		return "", fail("InvalidLaunchTemplateName.NotFoundException", "At least one of the launch templates specified in the request does not exist.")
	}
	return found[0].ID, nil
}

// numberTemplateVersion numbers a new version of a template.
func (c *call) numberTemplateVersion(version *resource) {
	home := c.home()
	version.group, _ = c.templateID() // named has checked it
	version.index = 1
	for _, r := range home.resources {
		switch {
		case r == version || r.group != version.group:
		case r.kind == version.kind:
			version.index = max(version.index, r.index+1)
		case r.kind.Kind == "launch-template":
			version.index = max(version.index, r.index+1)
			r.index = version.index // its latest version
		}
	}
	delete(home.byID, version.ID)
	version.ID = version.group + ":" + strconv.Itoa(version.index) // EC2 has no ids for versions
	home.byID[version.ID] = version
	c.note = version.ID
}

// templateVersions returns the visible versions of a template that have one of the numbers, if any are given.
func (c *call) templateVersions(k *kind, id string, numbers []string) []*resource {
	return c.visible(func(r *resource) bool {
		return r.kind == k && r.group == id && (len(numbers) == 0 || slices.Contains(numbers, strconv.Itoa(r.index)))
	})
}

func describeTemplateVersions(c *call) (*node, error) {
	k := kindNamed("launch-template-version")
	id, err := c.templateID()
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	numbers := c.params.list(k.IDs)
	found := c.templateVersions(k, id, numbers)
	if len(numbers) > len(found) {
		return nil, noVersion(id)
	}
	return answerOf(c.list(k, found)), nil
}

func deleteTemplate(c *call) (*node, error) {
	id, err := c.templateID()
	if err != nil {
		return nil, err
	}
	c.params["LaunchTemplateId"] = []string{id}
	return c.delete(kindNamed("launch-template"))
}

func deleteTemplateVersions(c *call) (*node, error) {
	k := kindNamed("launch-template-version")
	id, err := c.templateID()
	if err != nil {
		return nil, err
	}
	found := c.templateVersions(k, id, c.params.list(k.DeleteID))
	if len(found) == 0 {
		return nil, noVersion(id)
	}
	return c.remove(k, found)
}

func noVersion(template string) error {
	return fail("InvalidLaunchTemplateId.VersionNotFound", "Could not find the launch template version for the Launch Template ID %s", template)
}
