package sandbox

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
		fleet.parts = append(fleet.parts, c.newResource(kindNamed("instance"), resource{params: params{}, index: i, group: fleet.ID}))
	}
}

// fleetOutcome returns the errors and the instances of a fleet.
func fleetOutcome(fleet *resource) []node {
	errors := node{name: "errorSet"}
	if fleet.partial {
		errors.add(tree("item", leaf("errorCode", "InsufficientInstanceCapacity"),
			leaf("errorMessage", "There is no capacity for one of the instances."), leaf("lifecycle", "on-demand")))
	}
	if len(fleet.parts) == 0 {
		return []node{errors}
	}
	return []node{errors, tree("fleetInstanceSet", tree("item", texts("instanceIds", idsOf(fleet.parts)), leaf("lifecycle", "on-demand")))}
}
