package sandbox

// delete removes a resource that nothing depends on.
func (c *call) delete(k *kind) (*answer, error) {
	id := c.params.get(k.param)
	if id == "" {
		return nil, missing(lowerFirst(k.param))
	}
	r, err := c.find(k, id)
	if err != nil {
		return nil, err
	}
	var parts []*resource // what goes with a VPC
	if k == &vpcs {
		parts = c.shown(func(part *resource) bool { return part.vpc == r && part != r })
	}
	for _, part := range parts {
		if !part.inherent {
			return nil, k.dependent(id)
		}
	}
	if r.inherent && k.inherent != nil {
		return nil, k.inherent(r)
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	for _, gone := range append(parts, r) {
		gone.deleted = true
	}
	c.sandbox.report.Deleted[k.name]++
	c.note = id
	return done(), nil
}
