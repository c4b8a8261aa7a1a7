package sandbox

// delete deletes a resource that no other resource depends on.
func (c *call) delete(k *kind) (*answer, error) {
	id := c.params.get(k.param)
	if id == "" {
		return nil, missing(lowerFirst(k.param))
	}
	r, err := c.find(k, id)
	if err != nil {
		return nil, err
	}
	var parts []*resource // of a VPC
	if k == &vpcs {
		parts = c.visible(func(part *resource) bool { return part.vpc == r && part != r })
	}
	for _, part := range parts {
		if !part.isDefault {
			return nil, k.dependent(id)
		}
	}
	if r.isDefault && k.isDefault != nil {
		return nil, k.isDefault(r)
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
