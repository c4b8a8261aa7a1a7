package sandbox

import (
	"maps"
	"slices"
	"sync"
)

// An action is one operation of the EC2 API.
type action struct {
	takes    shape
	requires string
	handle   func(*call) (*node, error)
}

// actions returns the table of actions, which is read-only.
var actions = sync.OnceValue(func() map[string]action {
	all := map[string]action{
		"CreateVpc":    {takes: parseShape("AmazonProvidedIpv6CidrBlock CidrBlock DryRun InstanceTenancy TagSpecification.N:TagSpecification"), handle: createVPC},
		"CreateTags":   {takes: parseShape("DryRun ResourceId.N Tag.N:Tag"), handle: createTags},
		"DescribeTags": {takes: parseShape("DryRun Filter.N:Filter MaxResults NextToken"), handle: describeTags},
		"DeleteTags":   {takes: parseShape("DryRun ResourceId.N Tag.N:Tag"), handle: deleteTags},
	}
	for _, k := range names().kinds {
		all[k.Describe] = action{k.DescribeTakes, k.DescribeRequires, func(c *call) (*node, error) { return c.describe(k) }}
		if k.Delete != "" {
			all[k.Delete] = action{k.DeleteTakes, k.DeleteRequires, func(c *call) (*node, error) { return c.delete(k) }}
		}
	}
	for _, cr := range names().creates {
		all[cr.Action] = action{cr.Takes, cr.Requires, func(c *call) (*node, error) { return c.create(cr) }}
	}
	for name, handle := range map[string]func(*call) (*node, error){
		"CancelImportTask":               cancelImportTask, // of two kinds
		"DeleteLaunchTemplate":           deleteTemplate,
		"DeleteLaunchTemplateVersions":   deleteTemplateVersions,
		"DeprovisionIpamPoolCidr":        deprovisionCIDR,
		"DescribeLaunchTemplateVersions": describeTemplateVersions,
	} {
		a := all[name]
		a.handle = handle
		all[name] = a
	}
	return all
})

// Actions returns the names of the actions that the sandbox serves, sorted.
func Actions() []string { return slices.Sorted(maps.Keys(actions())) }
