package sandbox

import (
	"strconv"
	"time"
)

// The rules that EC2 creates. The last rule, which the console shows as an asterisk, denies all other traffic.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
const (
	allowRule  = 100   // 101 for IPv6, in a default network ACL only
	denyRule   = 32767 // 32768 for IPv6
	allTraffic = "-1"
)

// addEntries adds the rules of a network ACL that denies everything. The default network ACL of a VPC allows everything.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAcl.html
func addEntries(r *resource, _ time.Time, n *node) {
	entries := node{name: "entrySet"}
	for _, egress := range []bool{true, false} {
		if r.isDefault {
			entries.add(aclEntries(r.vpc, allowRule, "allow", egress)...)
		}
		entries.add(aclEntries(r.vpc, denyRule, "deny", egress)...)
	}
	n.set("ownerId", Account)
	n.add(leaf("default", strconv.FormatBool(r.isDefault)), entries, leaf("associationSet", ""))
}

// aclEntries returns the rule for IPv4 and, if the VPC has an IPv6 block, the rule for IPv6.
func aclEntries(vpc *resource, number int, verdict string, egress bool) []node {
	entry := func(number int, element, cidr string) node {
		return tree("item", leaf("ruleNumber", strconv.Itoa(number)), leaf("protocol", allTraffic), leaf("ruleAction", verdict),
			leaf("egress", strconv.FormatBool(egress)), leaf(element, cidr))
	}
	entries := []node{entry(number, "cidrBlock", "0.0.0.0/0")}
	if vpc.cidr6 != "" {
		entries = append(entries, entry(number+1, "ipv6CidrBlock", "::/0"))
	}
	return entries
}
