package sandbox

import (
	"testing"
)

func TestReport(t *testing.T) {
	equal(t, "nothing", New(Config{}).Report().String(), `no calls
no faults given
no resources made
no resources deleted
no tokens replayed
no mismatches
no calls throttled by the bucket
`)
	s := New(Config{Faults: MustFaults("throttle", "internal-error-after:CreateRouteTable=x2")})
	for _, spec := range []string{
		"DescribeVpcs", "CreateRouteTable ClientToken=a VpcId=" + OtherVPC, "CreateRouteTable ClientToken=a VpcId=" + OtherVPC,
		"CreateRouteTable ClientToken=b VpcId=" + OtherVPC, "CreateRouteTable ClientToken=b VpcId=" + DefaultVPC,
		"CreateNetworkAcl VpcId=" + OtherVPC, "CreateVpc CidrBlock=10.0.0.0/16",
	} {
		ask(t, s, spec)
	}
	for _, r := range s.Resources()[:2] {
		must(t, s, "DeleteRouteTable RouteTableId="+r.ID)
	}
	equal(t, "a fault that was never given", New(Config{Faults: MustFaults("drop", "drop:CreateVpc", "hang")}).Report().String(), `no calls
no faults given: 0 drop, 0 hang
no resources made
no resources deleted
no tokens replayed
no mismatches
no calls throttled by the bucket
`)
	equal(t, "report", s.Report().String(), `9 calls: 1 CreateNetworkAcl, 4 CreateRouteTable, 1 CreateVpc, 2 DeleteRouteTable, 1 DescribeVpcs
3 faults given: 2 internal-error-after, 1 throttle
4 resources made: 1 network ACL, 2 route tables, 1 VPC
2 resources deleted: 2 route tables
1 token replayed
1 mismatch
no calls throttled by the bucket
`)
}

// A caller's changes to a report or a resource do not change the sandbox.
func TestCopies(t *testing.T) {
	s := New(Config{})
	must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC+tagA)
	s.Report().Calls["CreateRouteTable"] = 99
	s.Resources()[0].Tags["a"] = "changed"
	equal(t, "calls", s.Report().Calls["CreateRouteTable"], 1)
	made := s.Resources()[0]
	made.ID, made.CreatedAt = "", s.Resources()[0].CreatedAt.Truncate(1e18)
	want := Resource{Type: "route-table", VpcID: OtherVPC, Region: "us-east-1", Tags: map[string]string{"a": "1"}, ClientToken: "t", CreatedAt: made.CreatedAt}
	equal(t, "resource", made, want)
}
