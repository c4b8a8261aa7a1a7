package sandbox

import (
	"cmp"
	"strconv"
	"time"
)

// A rules has the rules of a kind that do not follow from the table.
type rules struct {
	malformed   string                            // error code, unless it follows from NotFound
	maxResults  int                               // largest page, unless it is 1000
	filters     map[string]string                 // the elements of filters that AWS does not document or that have other names than their elements
	extra       func(*resource, time.Time, *node) // adds elements
	undeletable func(*resource) error             // why EC2 refuses to delete the default resource of a VPC
}

// rulesOf returns the rules of a kind.
func rulesOf(kind string) rules {
	return map[string]rules{
		"vpc": {
			filters: map[string]string{
				"cidr":                              "cidrBlock",
				"cidr-block-association.state":      "cidrBlockAssociation.cidrBlockState.state",
				"ipv6-cidr-block-association.state": "ipv6CidrBlockAssociation.ipv6CidrBlockState.state",
				"isDefault":                         "isDefault",
			},
			extra: addBlocks,
		},
		"route-table": {
			malformed: "InvalidRouteTableId.Malformed", maxResults: 100,
			filters:     map[string]string{"association.state": "association.associationState.state"},
			extra:       addRoutes,
			undeletable: func(r *resource) error { return r.kind.dependent(r.ID) },
		},
		"network-acl": {
			malformed: "InvalidNetworkAclId.Malformed",
			filters:   map[string]string{"entry.cidr": "entry.cidrBlock", "entry.ipv6-cidr": "entry.ipv6CidrBlock"},
			extra:     addEntries,
			undeletable: func(r *resource) error {
				return fail("InvalidParameterValue", "cannot delete default network ACL %s", r.ID)
			},
		},
		"instance": {extra: func(r *resource, now time.Time, n *node) {
			// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
			code := map[string]string{"pending": "0", "running": "16"}[r.state(now)]
			n.set("instanceState.code", cmp.Or(code, "48"))
			n.add(leaf("amiLaunchIndex", strconv.Itoa(r.index)))
		}},
		"launch-template": {extra: func(r *resource, _ time.Time, n *node) {
			n.add(leaf("defaultVersionNumber", "1"), leaf("latestVersionNumber", strconv.Itoa(r.index)))
		}},
		"launch-template-version": {extra: func(r *resource, _ time.Time, n *node) {
			n.set("launchTemplateId", r.group)
			n.add(leaf("defaultVersion", strconv.FormatBool(r.index == 1)))
		}},
		"vpc-flow-log": {extra: func(r *resource, _ time.Time, n *node) { // it belongs to one of the resources that its create lists
			n.add(leaf("resourceId", r.params.list("ResourceId")[r.index]), leaf("deliverLogsStatus", "SUCCESS"))
		}},
		"egress-only-internet-gateway": {extra: func(r *resource, _ time.Time, n *node) {
			n.add(tree("attachmentSet", tree("item", leaf("state", "attached"), leaf("vpcId", r.vpc.ID))))
		}},
	}[kind]
}
