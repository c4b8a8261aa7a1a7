package sandbox

import "time"

// A flow log belongs to one of the resources that its create lists.
func flowLogRules() rules {
	return rules{extra: func(r *resource, _ time.Time, n *node) {
		n.add(leaf("resourceId", r.params.list("ResourceId")[r.index]), leaf("deliverLogsStatus", "SUCCESS"))
	}}
}

// unsuccessfulFlowLogs returns the resources for which no flow log was created.
func (c *call) unsuccessfulFlowLogs(made int) node {
	return listOf("unsuccessful", c.params.list("ResourceId")[made:], func(id string) []node {
		return []node{
			tree("error", leaf("code", "InternalError"), leaf("message", "The flow log could not be created.")),
			leaf("resourceId", id),
		}
	})
}
