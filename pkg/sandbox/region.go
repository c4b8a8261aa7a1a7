package sandbox

import "strings"

// A region is the state of one Region.
type region struct {
	resources []*resource // in the order of creation, including deleted ones
	byID      map[string]*resource
	tokens    map[string]*tokenUse
	buckets   map[string]*level
}

// home returns the Region of a call. It creates the Region at its first use.
func (c *call) home() *region {
	s := c.sandbox
	if r, ok := s.regions[c.region]; ok {
		return r
	}
	s.regions[c.region] = &region{byID: map[string]*resource{}, tokens: map[string]*tokenUse{}, buckets: map[string]*level{}}
	vpc := kindNamed("vpc")
	s.addDefaults(s.store(&resource{kind: vpc, Resource: Resource{ID: DefaultVPC, Region: c.region}, cidr: "172.31.0.0/16", tenancy: "default", isDefault: true}))
	s.addDefaults(s.store(&resource{kind: vpc, Resource: Resource{ID: OtherVPC, Region: c.region}, cidr: "10.0.0.0/16", tenancy: "default"}))
	return s.regions[c.region]
}

// addDefaults creates the main route table and the default network ACL of a new VPC, as EC2 does.
func (s *Sandbox) addDefaults(vpc *resource) {
	for _, action := range []string{"CreateRouteTable", "CreateNetworkAcl"} {
		cr := names().creates[action]
		s.store(&resource{
			Resource: Resource{ID: vpc.related(strings.TrimSuffix(cr.kind.Prefix, "-")), Region: vpc.Region, CreatedAt: vpc.CreatedAt},
			kind:     cr.kind, create: cr, params: params{"VpcId": {vpc.ID}}, vpc: vpc, isDefault: true, visibleAt: vpc.visibleAt,
		})
	}
}

// find returns a visible resource, or the error of its kind.
func (c *call) find(k *kind, id string) (*resource, error) {
	if err := k.check(id); err != nil {
		return nil, err
	}
	r := c.home().byID[id]
	if r == nil || !r.visible(c.now) {
		return nil, k.missing(id)
	}
	return r, nil
}

// visible returns the visible resources that satisfy a condition, in the order of creation.
func (c *call) visible(satisfies func(*resource) bool) []*resource {
	var out []*resource
	for _, r := range c.home().resources {
		if r.visible(c.now) && satisfies(r) {
			out = append(out, r)
		}
	}
	return out
}
