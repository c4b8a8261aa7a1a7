package sandbox

import (
	"fmt"
	"net/netip"
	"strconv"
	"sync"
)

const vpcParams = "CidrBlock InstanceTenancy AmazonProvidedIpv6CidrBlock"

var vpcs = kind{
	name: "vpc", prefix: "vpc", param: "VpcId", noun: "vpc",
	notFound: "InvalidVpcID.NotFound", malformed: "InvalidVpcID.Malformed", maxResults: 1000,
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
	filters: sync.OnceValue(func() map[string]func(*resource) []string {
		return common(map[string]func(*resource) []string{
			"cidr":                                        single(func(r *resource) string { return r.cidr }),
			"cidr-block-association.cidr-block":           single(func(r *resource) string { return r.cidr }),
			"cidr-block-association.association-id":       single(func(r *resource) string { return r.related("vpc-cidr-assoc") }),
			"cidr-block-association.state":                single(func(*resource) string { return "associated" }),
			"ipv6-cidr-block-association.ipv6-cidr-block": single(func(r *resource) string { return r.cidr6 }),
			"dhcp-options-id":                             single(dhcpOptions),
			"is-default":                                  single(func(r *resource) string { return strconv.FormatBool(r.isDefault) }),
			"isDefault":                                   single(func(r *resource) string { return strconv.FormatBool(r.isDefault) }),
			"state":                                       single(func(*resource) string { return "available" }),
		})
	}),
	show: func(a *answer, r *resource) {
		item := vpcItem(r)
		item.State = "pending" // EC2 answers the create with pending; Describe shows available
		a.Vpc = &item
	},
	list: func(a *answer, rs []*resource) { a.VpcSet = setOf(rs, vpcItem) },
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html
type vpcXML struct {
	VpcID           string            `xml:"vpcId"`
	OwnerID         string            `xml:"ownerId"`
	State           string            `xml:"state"`
	CidrBlock       string            `xml:"cidrBlock"`
	CidrBlocks      set[cidrBlockXML] `xml:"cidrBlockAssociationSet"`
	Ipv6CidrBlocks  set[cidrBlockXML] `xml:"ipv6CidrBlockAssociationSet"`
	DhcpOptionsID   string            `xml:"dhcpOptionsId"`
	Tags            set[tagXML]       `xml:"tagSet"`
	InstanceTenancy string            `xml:"instanceTenancy"`
	IsDefault       bool              `xml:"isDefault"`
}

type cidrBlockXML struct {
	CidrBlock     string    `xml:"cidrBlock,omitempty"`
	Ipv6CidrBlock string    `xml:"ipv6CidrBlock,omitempty"`
	AssociationID string    `xml:"associationId"`
	State         *stateXML `xml:"cidrBlockState"`
	Ipv6State     *stateXML `xml:"ipv6CidrBlockState"`
	Ipv6Pool      string    `xml:"ipv6Pool,omitempty"`
}

type stateXML struct {
	State string `xml:"state"`
}

func vpcItem(r *resource) vpcXML {
	associated := &stateXML{"associated"}
	v := vpcXML{
		VpcID: r.id, OwnerID: Account, State: "available", CidrBlock: r.cidr, DhcpOptionsID: dhcpOptions(r),
		Tags: tagSet(r), InstanceTenancy: r.tenancy, IsDefault: r.isDefault,
	}
	v.CidrBlocks.add(cidrBlockXML{CidrBlock: r.cidr, AssociationID: r.related("vpc-cidr-assoc"), State: associated})
	if r.cidr6 != "" {
		v.Ipv6CidrBlocks.add(cidrBlockXML{Ipv6CidrBlock: r.cidr6, AssociationID: r.related("vpc-cidr-assoc-ipv6"), Ipv6State: associated, Ipv6Pool: "Amazon"})
	}
	return v
}

// dhcpOptions returns the id of the DHCP options set that all VPCs of a Region share.
func dhcpOptions(r *resource) string { return relatedID("dopt", r.region, "default") }

// createVPC creates a VPC. CreateVpc takes no client token, so a retry creates a second VPC.
func createVPC(c *call) (*answer, error) {
	tags, err := c.tagSpecification(&vpcs)
	if err != nil {
		return nil, err
	}
	cidr, err := vpcCIDR(c.params.get("CidrBlock"))
	if err != nil {
		return nil, err
	}
	tenancy := c.params.get("InstanceTenancy")
	switch tenancy {
	case "":
		tenancy = "default"
	case "default", "dedicated", "host":
	default:
		return nil, fail("InvalidParameterValue", "Value (%s) for parameter instanceTenancy is invalid.", tenancy)
	}
	wants6 := false
	if v := c.params.get("AmazonProvidedIpv6CidrBlock"); v != "" {
		if wants6, err = strconv.ParseBool(v); err != nil {
			return nil, fail("InvalidParameterValue", "Value (%s) for parameter amazonProvidedIpv6CidrBlock is invalid.", v)
		}
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	r := resource{tags: tags, cidr: cidr, tenancy: tenancy}
	if wants6 {
		n := c.sandbox.rng.Uint32()
		r.cidr6 = fmt.Sprintf("2600:1f%02x:%x:%x00::/56", n>>24, n>>8&0xffff, n&0xff)
	}
	made := c.newResource(&vpcs, r)
	c.sandbox.addDefaults(made)
	a := &answer{}
	vpcs.show(a, made)
	return a, nil
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
