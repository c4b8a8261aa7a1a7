package sandbox

// create makes a route table or a network ACL in a VPC.
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
	intent := fingerprint(vpcID, tags)
	if token != "" && !c.isDryRun() {
		// Before the VPC is looked for: a replay must succeed even if the VPC went away meanwhile.
		if a, err := c.replay(token, intent); a != nil || err != nil {
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
	made := c.add(k, resource{vpc: vpc, tags: tags, token: token})
	a := &answer{ClientToken: token}
	k.show(a, made)
	if token != "" {
		c.remember(token, use{intent: intent, made: made, first: *a, at: c.now})
	}
	return a, nil
}
