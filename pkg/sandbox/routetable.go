package sandbox

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
func routeTableRules() rules {
	return rules{
		malformed: "InvalidRouteTableId.Malformed", maxResults: 100,
		undeletable: func(r *resource) error { return r.kind.dependent(r.id) },
		content:     routeTableContent,
		filters:     map[string]string{"association.state": "association.associationState.state"},
	}
}

// routeTableContent returns the elements of a route table with the local routes of its VPC. The main route table has an
// association with the VPC.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html
func routeTableContent(r *resource) []node {
	local := func(element, cidr string) node {
		return tree("item", leaf(element, cidr), leaf("gatewayId", "local"), leaf("state", "active"), leaf("origin", "CreateRouteTable"))
	}
	routes := tree("routeSet", local("destinationCidrBlock", r.vpc.cidr))
	if r.vpc.cidr6 != "" {
		routes.nodes = append(routes.nodes, local("destinationIpv6CidrBlock", r.vpc.cidr6))
	}
	associations := node{name: "associationSet"}
	if r.isDefault {
		associations.nodes = []node{tree("item", leaf("routeTableAssociationId", r.related("rtbassoc")), leaf("routeTableId", r.id),
			leaf("main", "true"), tree("associationState", leaf("state", "associated")))}
	}
	return []node{
		leaf("routeTableId", r.id), leaf("vpcId", r.vpc.id), leaf("ownerId", Account),
		routes, associations, leaf("propagatingVgwSet", ""), tagSet("tagSet", r),
	}
}
