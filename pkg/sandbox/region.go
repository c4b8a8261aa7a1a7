package sandbox

// A region holds what EC2 keeps apart for each Region of an account.
type region struct {
	resources []*resource // in the order of their making, deleted ones too
	byID      map[string]*resource
	tokens    map[string]*use
	buckets   map[string]*level
}

// home is the Region of a call; it is there from the first look at it.
func (c *call) home() *region {
	s := c.sandbox
	if r, ok := s.regions[c.region]; ok {
		return r
	}
	s.regions[c.region] = &region{byID: map[string]*resource{}, tokens: map[string]*use{}, buckets: map[string]*level{}}
	s.furnish(s.place(&resource{kind: &vpcs, id: DefaultVPC, region: c.region, cidr: "172.31.0.0/16", tenancy: "default", inherent: true}))
	s.furnish(s.place(&resource{kind: &vpcs, id: OtherVPC, region: c.region, cidr: "10.0.0.0/16", tenancy: "default"}))
	return s.regions[c.region]
}

// furnish gives a new VPC its main route table and its default network ACL, as EC2 does.
func (s *Sandbox) furnish(vpc *resource) {
	for _, k := range []*kind{&routeTables, &networkACLs} {
		s.place(&resource{
			kind: k, id: vpc.related(k.prefix), region: vpc.region, vpc: vpc, inherent: true,
			createdAt: vpc.createdAt, visibleAt: vpc.visibleAt,
		})
	}
}

// find gives a resource that EC2 would show.
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

// shown lists the resources that EC2 would show and that satisfy a condition.
func (c *call) shown(satisfies func(*resource) bool) []*resource {
	var out []*resource
	for _, r := range c.home().resources {
		if r.visible(c.now) && satisfies(r) {
			out = append(out, r)
		}
	}
	return out
}
