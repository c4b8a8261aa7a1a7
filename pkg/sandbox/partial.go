package sandbox

import (
	"time"
)

// afterCreate does what the rules of some actions add to a create.
func (c *call) afterCreate(cr *create, made []*resource) {
	switch cr.kind.Kind {
	case "launch-template":
		made[0].index = 1
	case "launch-template-version":
		r := made[0]
		r.group = c.templateID()
		r.index = c.nextTemplateVersion(r.group)
	case "fleet":
		c.launchFleet(made[0])
	}
}

// launchFleet creates the instances of a fleet of the type instant. With the fault partial-success one of them is missing.
func (c *call) launchFleet(fleet *resource) {
	n, err := c.params.number("TargetCapacitySpecification.TotalTargetCapacity", 0, maxCount)
	if err != nil || c.params.get("Type") != "instant" {
		return
	}
	if c.partial {
		n--
	}
	for i := range n {
		fleet.parts = append(fleet.parts, c.newResource(kindNamed("instance"), resource{params: params{}, index: i, group: fleet.id}))
	}
}

// besideResources returns the elements of a create's answer beside its resources.
func (c *call) besideResources(cr *create, made []*resource) []node {
	switch cr.Action {
	case "RunInstances":
		return reservation(made[0])
	case "CreateFlowLogs":
		return []node{c.unsuccessfulFlowLogs(len(made))}
	case "CreateFleet":
		return fleetOutcome(made[0])
	}
	return nil
}

// fleetOutcome returns the errors and the instances of a fleet.
func fleetOutcome(fleet *resource) []node {
	errors := node{name: "errorSet"}
	if fleet.partial {
		errors.nodes = []node{tree("item", leaf("errorCode", "InsufficientInstanceCapacity"),
			leaf("errorMessage", "There is no capacity for one of the instances."), leaf("lifecycle", "on-demand"))}
	}
	if len(fleet.parts) == 0 {
		return []node{errors}
	}
	var ids []string
	for _, r := range fleet.parts {
		ids = append(ids, r.id)
	}
	return []node{errors, tree("fleetInstanceSet", tree("item", texts("instanceIds", ids), leaf("lifecycle", "on-demand")))}
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

// A flow log belongs to one of the resources that its create lists.
func flowLogRules() rules {
	return rules{extra: func(r *resource, _ time.Time) []node {
		return []node{leaf("resourceId", r.params.list("ResourceId")[r.index]), leaf("deliverLogsStatus", "SUCCESS")}
	}}
}
