package sandbox

import (
	"strconv"
	"time"
)

// instanceStateCode returns the code of an instance state:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
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
	return rules{extra: func(r *resource, now time.Time, n *node) {
		n.set("instanceState.code", instanceStateCode(r.state(now)))
		n.add(leaf("amiLaunchIndex", strconv.Itoa(r.index)))
	}}
}

// reservation returns the elements of the reservation that an instance belongs to.
func reservation(r *resource) []node {
	return []node{leaf("reservationId", relatedID("r", r.region, r.group)), leaf("ownerId", Account), leaf("groupSet", "")}
}
