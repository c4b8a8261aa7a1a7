package sandbox

import (
	"slices"
	"strings"
)

// delete deletes the resources that a request names. It deletes all of them or none.
func (c *call) delete(k *kind) (*node, error) {
	ids := c.params.values(k.DeleteID)
	if len(ids) == 0 {
		return nil, missing(lowerFirst(k.DeleteID))
	}
	var rs []*resource
	for _, id := range ids {
		r, err := c.find(k, id)
		if err != nil {
			return nil, err
		}
		rs = append(rs, r)
	}
	return c.remove(k, rs)
}

// remove deletes resources that no other resource depends on.
func (c *call) remove(k *kind, rs []*resource) (*node, error) {
	var parts []*resource
	for _, r := range rs {
		of := c.visible(func(part *resource) bool { return part.vpc == r && part != r && !part.Deleted }) // only a VPC has parts
		if slices.ContainsFunc(of, func(part *resource) bool { return !part.isDefault }) {
			return nil, k.dependent(r.ID)
		}
		if r.isDefault && k.rules.undeletable != nil {
			return nil, k.rules.undeletable(r)
		}
		parts = append(parts, of...)
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	before := make([]string, len(rs))
	for i, r := range rs {
		before[i] = r.state(c.now)
		if !r.Deleted {
			c.sandbox.report.Deleted[k.Kind]++
		}
		r.Deleted = true
	}
	for _, part := range parts {
		part.Deleted = true
	}
	c.note = strings.Join(idsOf(rs), " ")
	return c.deleted(k, rs, before), nil
}

// deleted returns the answer of a delete. before has the states of the resources before it.
func (c *call) deleted(k *kind, rs []*resource, before []string) *node {
	switch k.DeletedForm {
	case "id":
		return answerOf(leaf(k.Deleted, rs[0].ID))
	case "item":
		n := rs[0].inDescribe(c.now)
		return answerOf(tree(k.Deleted, n.nodes...))
	case "ids":
		return answerOf(texts(k.Deleted, idsOf(rs)))
	case "items":
		i := -1
		return answerOf(listOf(k.Deleted, rs, func(r *resource) []node {
			i++
			var n node
			n.set(k.DeletedID, r.shownID())
			if k.DeletedState != "" {
				n.set(k.DeletedState, r.state(c.now))
				if previous := strings.Replace(k.DeletedState, "current", "previous", 1); previous != k.DeletedState {
					n.set(previous, before[i])
				}
			}
			return n.nodes
		}))
	}
	path, text, _ := strings.Cut(k.Deleted, "=")
	a := answerOf()
	a.set(path, text)
	return a
}

// cancelImportTask cancels an image import or a snapshot import.
func cancelImportTask(c *call) (*node, error) {
	id := c.params.get("ImportTaskId")
	if k := kindOf(id); k != nil && strings.HasPrefix(k.Kind, "import-") {
		return c.delete(k)
	}
	return c.delete(kindNamed("import-image-task"))
}

// deprovisionCIDR deletes a CIDR of an IPAM pool, which the request names by the pool and the CIDR.
func deprovisionCIDR(c *call) (*node, error) {
	k := kindNamed("ipam-pool-cidr")
	rs := c.visible(func(r *resource) bool {
		return r.kind == k && r.params.get("IpamPoolId") == c.params.get("IpamPoolId") && r.params.get("Cidr") == c.params.get("Cidr")
	})
	if len(rs) == 0 {
		return nil, fail("InvalidParameterValue", "The CIDR '%s' is not provisioned to the IPAM pool", c.params.get("Cidr"))
	}
	return c.remove(k, rs[:1])
}
