package sandbox

import (
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	s := New(Config{})
	table, acl := must(t, s, "CreateRouteTable VpcId="+OtherVPC), must(t, s, "CreateNetworkAcl VpcId="+OtherVPC)
	both := " ResourceId.1=" + table + " ResourceId.2=" + acl
	want := func(tables, acls map[string]string) {
		t.Helper()
		made := s.Resources()
		equal(t, "tags of the table", made[0].Tags, tables)
		equal(t, "tags of the ACL", made[1].Tags, acls)
	}
	must(t, s, "CreateTags Tag.1.Key=a Tag.1.Value=1 Tag.2.Key=b"+both)
	want(map[string]string{"a": "1", "b": ""}, map[string]string{"a": "1", "b": ""})
	must(t, s, "CreateTags Tag.1.Key=a Tag.1.Value=2 ResourceId.1="+acl)
	want(map[string]string{"a": "1", "b": ""}, map[string]string{"a": "2", "b": ""})

	// A request with one unknown id changes nothing.
	equal(t, "one is missing", ask(t, s, "CreateTags Tag.1.Key=c"+both+" ResourceId.3=vpc-12345678").Code, "InvalidVpcID.NotFound")
	equal(t, "one is missing", ask(t, s, "DeleteTags Tag.1.Key=a"+both+" ResourceId.3=vpc-12345678").Code, "InvalidVpcID.NotFound")
	want(map[string]string{"a": "1", "b": ""}, map[string]string{"a": "2", "b": ""})

	must(t, s, "DeleteTags Tag.1.Key=a Tag.1.Value=2 Tag.2.Key=b Tag.2.Value=x"+both)
	want(map[string]string{"a": "1", "b": ""}, map[string]string{"b": ""})
	must(t, s, "DeleteTags Tag.1.Key=b Tag.1.Value="+both)
	want(map[string]string{"a": "1"}, map[string]string{})
	must(t, s, "DeleteTags"+both)
	want(map[string]string{}, map[string]string{})
}

func TestDelete(t *testing.T) {
	s := New(Config{})
	vpc := must(t, s, "CreateVpc CidrBlock=10.7.0.9/16")
	in := filters("vpc-id=" + vpc)
	main, def := must(t, s, "DescribeRouteTables"+in), must(t, s, "DescribeNetworkAcls"+in)
	equal(t, "main table", ask(t, s, "DeleteRouteTable RouteTableId="+main).Message, "The routeTable '"+main+"' has dependencies and cannot be deleted.")
	equal(t, "default ACL", ask(t, s, "DeleteNetworkAcl NetworkAclId="+def).Message, "cannot delete default network ACL "+def)
	acl := must(t, s, "CreateNetworkAcl VpcId="+vpc)
	equal(t, "VPC in use", ask(t, s, "DeleteVpc VpcId="+vpc).Code, "DependencyViolation")
	if a := ask(t, s, "DeleteNetworkAcl NetworkAclId="+acl); !strings.Contains(a.Body, "<return>true</return>") {
		t.Errorf("answer: %s", a.Body)
	}
	must(t, s, "DeleteVpc VpcId="+vpc)
	equal(t, "main table of a VPC that is gone", ask(t, s, "DescribeRouteTables RouteTableId.1="+main).Code, "InvalidRouteTableID.NotFound")
	equal(t, "deleted", s.Report().Deleted, map[string]int{"vpc": 1, "network-acl": 1})
	equal(t, "made", s.Report().Created, map[string]int{"vpc": 1, "network-acl": 1})
	must(t, s, "DeleteVpc VpcId="+DefaultVPC)
	equal(t, "VPCs", must(t, s, "DescribeVpcs"), OtherVPC)
}
