package sandbox

import (
	"strconv"
	"sync"
)

var networkACLs = kind{
	name: "network-acl", prefix: "acl", param: "NetworkAclId", noun: "networkAcl",
	notFound: "InvalidNetworkAclID.NotFound", malformed: "InvalidNetworkAclId.Malformed", maxResults: 1000,
	isDefault: func(r *resource) error {
		return fail("InvalidParameterValue", "cannot delete default network ACL %s", r.id)
	},
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
	filters: sync.OnceValue(func() map[string]func(*resource) []string {
		return common(map[string]func(*resource) []string{
			"network-acl-id":             single(func(r *resource) string { return r.id }),
			"default":                    single(func(r *resource) string { return strconv.FormatBool(r.isDefault) }),
			"association.association-id": none,
			"association.network-acl-id": none,
			"association.subnet-id":      none,
			"entry.cidr":                 entry(func(e entryXML) string { return e.CidrBlock }),
			"entry.ipv6-cidr":            entry(func(e entryXML) string { return e.Ipv6CidrBlock }),
			"entry.protocol":             entry(func(e entryXML) string { return e.Protocol }),
			"entry.rule-action":          entry(func(e entryXML) string { return e.RuleAction }),
			"entry.rule-number":          entry(func(e entryXML) string { return strconv.Itoa(e.RuleNumber) }),
			"entry.egress":               entry(func(e entryXML) string { return strconv.FormatBool(e.Egress) }),
			"entry.icmp.code":            none,
			"entry.icmp.type":            none,
			"entry.port-range.from":      none,
			"entry.port-range.to":        none,
		})
	}),
	show: func(a *answer, r *resource) { item := networkACLItem(r); a.NetworkACL = &item },
	list: func(a *answer, rs []*resource) { a.NetworkACLSet = setOf(rs, networkACLItem) },
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAcl.html
type networkACLXML struct {
	NetworkACLID string        `xml:"networkAclId"`
	VpcID        string        `xml:"vpcId"`
	OwnerID      string        `xml:"ownerId"`
	Default      bool          `xml:"default"`
	Entries      set[entryXML] `xml:"entrySet"`
	Associations set[struct{}] `xml:"associationSet"`
	Tags         set[tagXML]   `xml:"tagSet"`
}

type entryXML struct {
	RuleNumber    int    `xml:"ruleNumber"`
	Protocol      string `xml:"protocol"`
	RuleAction    string `xml:"ruleAction"`
	Egress        bool   `xml:"egress"`
	CidrBlock     string `xml:"cidrBlock,omitempty"`
	Ipv6CidrBlock string `xml:"ipv6CidrBlock,omitempty"`
}

// The rules that EC2 creates. The last rule, which the console shows as an asterisk, denies all other traffic.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
const (
	allowRule  = 100   // 101 for IPv6, in a default network ACL only
	denyRule   = 32767 // 32768 for IPv6
	allTraffic = "-1"
)

// networkACLItem returns a network ACL that denies everything. The default network ACL of a VPC allows everything.
func networkACLItem(r *resource) networkACLXML {
	acl := networkACLXML{NetworkACLID: r.id, VpcID: r.vpc.id, OwnerID: Account, Default: r.isDefault, Tags: tagSet(r)}
	for _, egress := range []bool{true, false} {
		if r.isDefault {
			acl.rules(r.vpc, allowRule, "allow", egress)
		}
		acl.rules(r.vpc, denyRule, "deny", egress)
	}
	return acl
}

// rules adds the rule for IPv4 and, if the VPC has an IPv6 block, the rule for IPv6.
func (acl *networkACLXML) rules(vpc *resource, number int, verdict string, egress bool) {
	e := entryXML{RuleNumber: number, Protocol: allTraffic, RuleAction: verdict, Egress: egress, CidrBlock: "0.0.0.0/0"}
	acl.Entries.add(e)
	if vpc.cidr6 != "" {
		e.RuleNumber, e.CidrBlock, e.Ipv6CidrBlock = number+1, "", "::/0"
		acl.Entries.add(e)
	}
}

func entry(field func(entryXML) string) func(*resource) []string {
	return func(r *resource) []string { return each(networkACLItem(r).Entries, field) }
}
