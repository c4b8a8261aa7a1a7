package sandbox

import (
	"strconv"
	"time"
)

// The codes of instance states: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
func instanceStateCode(state string) string {
	switch state {
	case "pending":
		return "0"
	case "running":
		return "16"
	}
	return "48"
}

func instanceRules() rules {
	return rules{extra: func(r *resource, now time.Time) []node {
		nodes := []node{leaf("amiLaunchIndex", strconv.Itoa(r.index))}
		if state := r.state(now); state == "terminated" {
			nodes = append(nodes, leaf("reason", "Server.InternalError"))
		}
		return nodes
	}}
}

// reservation returns the elements of the reservation that an instance belongs to.
func reservation(r *resource) []node {
	return []node{leaf("reservationId", relatedID("r", r.region, r.group)), leaf("ownerId", Account), leaf("groupSet", "")}
}
