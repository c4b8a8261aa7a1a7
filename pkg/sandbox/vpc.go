package sandbox

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// addBlocks adds the IP address blocks of a VPC and the other settings of its create:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html
func addBlocks(r *resource, _ time.Time, n *node) {
	associated := leaf("state", "associated")
	cidr := tree("item", leaf("cidrBlock", r.cidr), leaf("associationId", r.related("vpc-cidr-assoc")), tree("cidrBlockState", associated))
	cidr6 := node{name: "ipv6CidrBlockAssociationSet"}
	if r.cidr6 != "" {
		cidr6.add(tree("item", leaf("ipv6CidrBlock", r.cidr6), leaf("associationId", r.related("vpc-cidr-assoc-ipv6")),
			tree("ipv6CidrBlockState", associated), leaf("ipv6Pool", "Amazon")))
	}
	n.add(
		leaf("cidrBlock", r.cidr),
		tree("cidrBlockAssociationSet", cidr),
		cidr6,
		leaf("dhcpOptionsId", relatedID("dopt", r.Region, "default")), // all VPCs of a Region share one DHCP options set
		leaf("instanceTenancy", r.tenancy),
		leaf("isDefault", strconv.FormatBool(r.isDefault)),
	)
}

// createVPC creates a VPC. CreateVpc takes no client token, so a retry creates a second VPC.
func createVPC(c *call) (*node, error) {
	k := kindNamed("vpc")
	tags, err := c.tagSpecifications(&create{kind: k, TagParam: "TagSpecification"})
	if err != nil {
		return nil, err
	}
	cidr, err := vpcCIDR(c.params.get("CidrBlock"))
	if err != nil {
		return nil, err
	}
	tenancy := cmp.Or(c.params.get("InstanceTenancy"), "default")
	if !slices.Contains([]string{"default", "dedicated", "host"}, tenancy) {
		return nil, fail("InvalidParameterValue", "Value (%s) for parameter instanceTenancy is invalid.", tenancy)
	}
	v := cmp.Or(c.params.get("AmazonProvidedIpv6CidrBlock"), "false")
	wants6, err := strconv.ParseBool(v)
	if err != nil {
		return nil, fail("InvalidParameterValue", "Value (%s) for parameter amazonProvidedIpv6CidrBlock is invalid.", v)
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	r := resource{Resource: Resource{Tags: tags[k.Kind]}, cidr: cidr, tenancy: tenancy}
	if wants6 {
		n := c.sandbox.rng.Uint32()
		r.cidr6 = fmt.Sprintf("2600:1f%02x:%x:%x00::/56", n>>24, n>>8&0xffff, n&0xff)
	}
	made := c.newResource(k, r)
	c.sandbox.addDefaults(made)
	n := made.inDescribe(c.now)
	n.set("state", "pending") // Describe shows available
	return answerOf(tree("vpc", n.nodes...)), nil
}

// vpcCIDR returns the IPv4 block of a VPC with its host bits cleared. EC2 accepts /16 to /28.
func vpcCIDR(s string) (string, error) {
	if s == "" {
		return "", missing("cidrBlock")
	}
	prefix, err := netip.ParsePrefix(s)
	switch {
	case err != nil || !prefix.Addr().Is4():
		return "", fail("InvalidParameterValue", "Value (%s) for parameter cidrBlock is invalid. This is not a valid CIDR block.", s)
	case prefix.Bits() < 16 || prefix.Bits() > 28:
		return "", fail("InvalidVpc.Range", "The CIDR '%s' is invalid.", s)
	}
	return prefix.Masked().String(), nil
}
