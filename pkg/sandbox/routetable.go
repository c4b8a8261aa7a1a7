package sandbox

import "time"

// addRoutes adds the local routes of the VPC to a route table. The main route table has an association with the VPC.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html
func addRoutes(r *resource, _ time.Time, n *node) {
	local := func(element, cidr string) node {
		return tree("item", leaf(element, cidr), leaf("gatewayId", "local"), leaf("state", "active"), leaf("origin", "CreateRouteTable"))
	}
	routes := tree("routeSet", local("destinationCidrBlock", r.vpc.cidr))
	if r.vpc.cidr6 != "" {
		routes.nodes = append(routes.nodes, local("destinationIpv6CidrBlock", r.vpc.cidr6))
	}
	associations := node{name: "associationSet"}
	if r.isDefault {
		associations.nodes = []node{tree("item", leaf("routeTableAssociationId", r.related("rtbassoc")), leaf("routeTableId", r.ID),
			leaf("main", "true"), tree("associationState", leaf("state", "associated")))}
	}
	n.set("ownerId", Account)
	n.add(routes, associations, leaf("propagatingVgwSet", ""))
}
