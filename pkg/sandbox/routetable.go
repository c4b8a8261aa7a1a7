package sandbox

import (
	"strconv"
	"sync"
)

var routeTables = kind{
	name: "route-table", prefix: "rtb", param: "RouteTableId", noun: "routeTable",
	notFound: "InvalidRouteTableID.NotFound", malformed: "InvalidRouteTableId.Malformed", maxResults: 100,
	isDefault: func(r *resource) error { return r.kind.dependent(r.id) },
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
	filters: sync.OnceValue(func() map[string]func(*resource) []string {
		return common(map[string]func(*resource) []string{
			"route-table-id":                         single(func(r *resource) string { return r.id }),
			"association.route-table-association-id": association(func(a associationXML) string { return a.ID }),
			"association.route-table-id":             association(func(a associationXML) string { return a.RouteTableID }),
			"association.main":                       association(func(a associationXML) string { return strconv.FormatBool(a.Main) }),
			"association.state":                      association(func(a associationXML) string { return a.State.State }),
			"association.gateway-id":                 none,
			"association.subnet-id":                  none,
			"route.destination-cidr-block":           route(func(r routeXML) string { return r.CidrBlock }),
			"route.destination-ipv6-cidr-block":      route(func(r routeXML) string { return r.Ipv6CidrBlock }),
			"route.gateway-id":                       route(func(r routeXML) string { return r.GatewayID }),
			"route.origin":                           route(func(r routeXML) string { return r.Origin }),
			"route.state":                            route(func(r routeXML) string { return r.State }),
			"route.destination-prefix-list-id":       none,
			"route.egress-only-internet-gateway-id":  none,
			"route.instance-id":                      none,
			"route.nat-gateway-id":                   none,
			"route.transit-gateway-id":               none,
			"route.vpc-peering-connection-id":        none,
		})
	}),
	show: func(a *answer, r *resource) { item := routeTableItem(r); a.RouteTable = &item },
	list: func(a *answer, rs []*resource) { a.RouteTableSet = setOf(rs, routeTableItem) },
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html
type routeTableXML struct {
	RouteTableID string              `xml:"routeTableId"`
	VpcID        string              `xml:"vpcId"`
	OwnerID      string              `xml:"ownerId"`
	Routes       set[routeXML]       `xml:"routeSet"`
	Associations set[associationXML] `xml:"associationSet"`
	Gateways     set[struct{}]       `xml:"propagatingVgwSet"`
	Tags         set[tagXML]         `xml:"tagSet"`
}

type routeXML struct {
	CidrBlock     string `xml:"destinationCidrBlock,omitempty"`
	Ipv6CidrBlock string `xml:"destinationIpv6CidrBlock,omitempty"`
	GatewayID     string `xml:"gatewayId"`
	State         string `xml:"state"`
	Origin        string `xml:"origin"`
}

type associationXML struct {
	ID           string   `xml:"routeTableAssociationId"`
	RouteTableID string   `xml:"routeTableId"`
	Main         bool     `xml:"main"`
	State        stateXML `xml:"associationState"`
}

// routeTableItem returns a route table with the local routes of its VPC. The main route table has an association with the
// VPC.
func routeTableItem(r *resource) routeTableXML {
	local := routeXML{GatewayID: "local", State: "active", Origin: "CreateRouteTable"}
	t := routeTableXML{RouteTableID: r.id, VpcID: r.vpc.id, OwnerID: Account, Tags: tagSet(r)}
	local.CidrBlock = r.vpc.cidr
	t.Routes.add(local)
	if r.vpc.cidr6 != "" {
		local.CidrBlock, local.Ipv6CidrBlock = "", r.vpc.cidr6
		t.Routes.add(local)
	}
	if r.isDefault {
		t.Associations.add(associationXML{r.related("rtbassoc"), r.id, true, stateXML{"associated"}})
	}
	return t
}

func route(field func(routeXML) string) func(*resource) []string {
	return func(r *resource) []string { return each(routeTableItem(r).Routes, field) }
}

func association(field func(associationXML) string) func(*resource) []string {
	return func(r *resource) []string { return each(routeTableItem(r).Associations, field) }
}
