package sandbox

import (
	"maps"
	"slices"
	"sync"
)

// An action is one operation of the EC2 API.
type action struct {
	params string // accepted parameters; N stands for a list index
	handle func(*call) (*answer, error)
	token  bool // accepts a client token
}

const (
	tagParams  = "TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value"
	pageParams = "Filter.N.Name Filter.N.Value.N MaxResults NextToken"
	changeTags = "ResourceId.N Tag.N.Key Tag.N.Value"
)

// actions returns the table of actions, which is read-only.
var actions = sync.OnceValue(func() map[string]action {
	return map[string]action{
		"CreateVpc":           {params: vpcParams + " " + tagParams, handle: createVPC},
		"CreateRouteTable":    creator(&routeTables),
		"CreateNetworkAcl":    creator(&networkACLs),
		"DescribeVpcs":        describer(&vpcs),
		"DescribeRouteTables": describer(&routeTables),
		"DescribeNetworkAcls": describer(&networkACLs),
		"DeleteVpc":           deleter(&vpcs),
		"DeleteRouteTable":    deleter(&routeTables),
		"DeleteNetworkAcl":    deleter(&networkACLs),
		"CreateTags":          {params: changeTags, handle: createTags},
		"DescribeTags":        {params: pageParams, handle: describeTags},
		"DeleteTags":          {params: changeTags, handle: deleteTags},
	}
})

func creator(k *kind) action {
	return action{
		params: "VpcId ClientToken " + tagParams,
		handle: func(c *call) (*answer, error) { return c.create(k) },
		token:  true,
	}
}

func describer(k *kind) action {
	return action{params: k.param + ".N " + pageParams, handle: func(c *call) (*answer, error) { return c.describe(k) }}
}

func deleter(k *kind) action {
	return action{params: k.param, handle: func(c *call) (*answer, error) { return c.delete(k) }}
}

// Actions returns the names of the actions that the sandbox serves, sorted.
func Actions() []string { return slices.Sorted(maps.Keys(actions())) }
