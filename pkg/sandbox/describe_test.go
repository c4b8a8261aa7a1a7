package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// filters returns the parameters of filters that are written as "a=x|y b=z".
func filters(spec string) string {
	var b strings.Builder
	for i, f := range strings.Fields(spec) {
		name, values, _ := strings.Cut(f, "=")
		fmt.Fprintf(&b, " Filter.%d.Name=%s", i+1, name)
		for j, v := range strings.Split(values, "|") {
			fmt.Fprintf(&b, " Filter.%d.Value.%d=%s", i+1, j+1, v)
		}
	}
	return b.String()
}

func TestFilters(t *testing.T) {
	s := New(Config{})
	vpc := must(t, s, "CreateVpc CidrBlock=10.7.0.0/16 AmazonProvidedIpv6CidrBlock=true")
	table := func(vpc, name string) string {
		return must(t, s, "CreateRouteTable TagSpecification.1.ResourceType=route-table TagSpecification.1.Tag.1.Key=Name TagSpecification.1.Tag.1.Value="+name+" VpcId="+vpc)
	}
	a, b, c := table(OtherVPC, "alpha"), table(OtherVPC, "beta*"), table(vpc, "Alpha")
	acl := must(t, s, "CreateNetworkAcl VpcId="+vpc)
	main := must(t, s, "DescribeRouteTables"+filters("vpc-id="+vpc+" association.main=true"))
	def := must(t, s, "DescribeNetworkAcls"+filters("vpc-id="+vpc+" default=true"))

	for _, tt := range []struct{ action, filters, want string }{
		{"RouteTables", "tag:Name=alpha", a},
		{"RouteTables", "tag:Name=alpha|Alpha", a + " " + c},
		{"RouteTables", "tag:Name=?lpha", a + " " + c},
		{"RouteTables", "tag:Name=alpha?", a},
		{"RouteTables", "tag:Name=*eta*", b},
		{"RouteTables", `tag:Name=*\*`, b},
		{"RouteTables", `tag:Name=a\*`, ""},
		{"RouteTables", "tag:name=alpha", ""},
		{"RouteTables", "tag:Name=alpha vpc-id=" + vpc, ""},
		{"RouteTables", "tag-key=Na* vpc-id=" + vpc, c},
		{"RouteTables", "tag-value=beta*", b},
		{"RouteTables", "route-table-id=" + a + "|" + c, a + " " + c},
		{"RouteTables", "route.destination-cidr-block=10.7.*", main + " " + c},
		{"RouteTables", "route.destination-ipv6-cidr-block=*", main + " " + c},
		{"RouteTables", "association.route-table-id=" + main, main},
		{"RouteTables", "association.main=true vpc-id=" + vpc, main},
		{"RouteTables", "association.state=associated vpc-id=" + vpc, main},
		{"RouteTables", "association.subnet-id=*", ""},
		{"RouteTables", "route.gateway-id=igw-*", ""},
		{"RouteTables", "route.nat-gateway-id=*", ""},
		{"RouteTables", "owner-id=141035231386 vpc-id=" + vpc + " route.gateway-id=local route.state=active route.origin=CreateRouteTable", main + " " + c},
		{"RouteTables", "owner-id=000000000000", ""},
		{"NetworkAcls", "vpc-id=" + vpc, def + " " + acl},
		{"NetworkAcls", "network-acl-id=" + acl, acl},
		{"NetworkAcls", "default=false", acl},
		{"NetworkAcls", "entry.rule-number=100 vpc-id=" + vpc, def},
		{"NetworkAcls", "entry.rule-number=32768", def + " " + acl},
		{"NetworkAcls", "entry.ipv6-cidr=::/0 entry.rule-action=allow", def},
		{"NetworkAcls", "entry.cidr=0.0.0.0/0 entry.protocol=-1 entry.egress=true default=false", acl},
		{"NetworkAcls", "association.subnet-id=subnet-*", ""},
		{"Vpcs", "is-default=true", DefaultVPC},
		{"Vpcs", "cidr=10.*", OtherVPC + " " + vpc},
		{"Vpcs", "cidr-block-association.cidr-block=10.7.0.0/16 state=available", vpc},
		{"Vpcs", "vpc-id=" + vpc + "|" + OtherVPC + " ipv6-cidr-block-association.ipv6-cidr-block=2600:*", vpc},
		{"Tags", "resource-id=" + a, a},
		{"Tags", "key=Name value=alpha|beta*", a + " " + b},
		{"Tags", "resource-type=network-acl", ""},
		{"Tags", "tag:Name=Alpha", c},
		{"Tags", "tag:Other=Alpha", ""},
	} {
		equal(t, tt.action+" "+tt.filters, must(t, s, "Describe"+tt.action+filters(tt.filters)), tt.want)
	}
	equal(t, "ids and filters", must(t, s, "DescribeRouteTables RouteTableId.1="+a+" RouteTableId.2="+b+filters("tag:Name=alpha")), a)
	equal(t, "ids, one twice", must(t, s, "DescribeRouteTables RouteTableId.1="+b+" RouteTableId.2="+b), b)
}

// A filter value matches the same strings as a comparison character by character.
func TestPattern(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := rapid.SliceOfN(rapid.SampledFrom([]rune{'a', 'b', 'é', '*', '?', '\\', '.', '\n'}), 0, 8)
		value, s := alphabet.Draw(t, "pattern"), alphabet.Draw(t, "string")
		if got, want := compile(string(value)).MatchString(string(s)), matchesByDefinition(value, s); got != want {
			t.Fatalf("%q matches %q: %v, want %v", string(value), string(s), got, want)
		}
	})
}

func matchesByDefinition(value, s []rune) bool {
	switch {
	case len(value) == 0:
		return len(s) == 0
	case value[0] == '*':
		return matchesByDefinition(value[1:], s) || len(s) > 0 && matchesByDefinition(value, s[1:])
	case value[0] == '?':
		return matchesByDefinition(value[1:], s) || len(s) > 0 && matchesByDefinition(value[1:], s[1:])
	case value[0] == '\\' && len(value) > 1:
		value = value[1:]
	}
	return len(s) > 0 && s[0] == value[0] && matchesByDefinition(value[1:], s[1:])
}

func TestPages(t *testing.T) {
	s := New(Config{})
	var made []string
	for i := range 13 {
		made = append(made, must(t, s, fmt.Sprintf("CreateNetworkAcl TagSpecification.1.ResourceType=network-acl TagSpecification.1.Tag.1.Key=b TagSpecification.1.Tag.1.Value=%d TagSpecification.1.Tag.2.Key=a VpcId=%s", i, OtherVPC)))
	}
	ours := filters("tag-key=b")
	first := ask(t, s, "DescribeNetworkAcls MaxResults=5"+ours)
	equal(t, "first page", first.IDs, made[:5])
	// A delete between two pages does not change the next page.
	must(t, s, "DeleteNetworkAcl NetworkAclId="+made[2])
	must(t, s, "DeleteNetworkAcl NetworkAclId="+made[4])
	second := ask(t, s, "DescribeNetworkAcls MaxResults=5"+ours+" NextToken="+first.Next)
	equal(t, "second page", second.IDs, made[5:10])
	third := ask(t, s, "DescribeNetworkAcls MaxResults=5"+ours+" NextToken="+second.Next)
	equal(t, "third page", third.IDs, made[10:])
	equal(t, "the end", third.Next, "")
	equal(t, "a whole page, and the end", ask(t, s, "DescribeNetworkAcls MaxResults=11"+ours).Next, "")
	equal(t, "past the end", must(t, s, "DescribeNetworkAcls NextToken="+ask(t, s, "DescribeNetworkAcls MaxResults=12"+ours).Next+filters("tag-key=none")), "")

	var keys []string
	next := ""
	for {
		a := ask(t, s, "DescribeTags MaxResults=5"+next)
		d := parse(t, a.Body)
		for i, id := range d.Tagged {
			keys = append(keys, fmt.Sprint(slices.Index(made, id), d.TagKeys[i]))
		}
		if next = " NextToken=" + a.Next; a.Next == "" {
			break
		}
	}
	equal(t, "pages of tags", strings.Join(keys, " "), "0a 0b 1a 1b 3a 3b 5a 5b 6a 6b 7a 7b 8a 8b 9a 9b 10a 10b 11a 11b 12a 12b")
}
