package sandbox

// create creates a route table or a network ACL in a VPC.
func (c *call) create(k *kind) (*answer, error) {
	vpcID := c.params.get(vpcs.param)
	if vpcID == "" {
		return nil, missing("vpcId")
	}
	tags, err := c.tagSpecification(k)
	if err != nil {
		return nil, err
	}
	token, err := c.clientToken()
	if err != nil {
		return nil, err
	}
	if err := vpcs.check(vpcID); err != nil {
		return nil, err
	}
	params := fingerprint(vpcID, tags)
	if token != "" && !c.isDryRun() {
		// A replay must succeed even if the VPC was deleted in the meantime.
		if a, err := c.replay(token, params); a != nil || err != nil {
			return a, err
		}
	}
	vpc, err := c.find(&vpcs, vpcID)
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	made := c.newResource(k, resource{vpc: vpc, tags: tags, token: token})
	a := &answer{ClientToken: token}
	k.show(a, made)
	if token != "" {
		c.remember(token, tokenUse{params: params, made: made, first: *a, at: c.now})
	}
	return a, nil
}
