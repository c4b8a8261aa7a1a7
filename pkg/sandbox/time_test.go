package sandbox

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestVisibilityLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{VisibilityLag: time.Minute})
		vpc := must(t, s, "CreateVpc CidrBlock=10.0.0.0/16")
		table := must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC)
		unseen := []struct{ spec, code string }{
			{"CreateNetworkAcl VpcId=" + vpc, "InvalidVpcID.NotFound"},
			{"DescribeVpcs VpcId.1=" + vpc, "InvalidVpcID.NotFound"},
			{"DescribeRouteTables RouteTableId.1=" + table, "InvalidRouteTableID.NotFound"},
			{"CreateTags Tag.1.Key=a ResourceId.1=" + table, "InvalidRouteTableID.NotFound"},
			{"DeleteRouteTable RouteTableId=" + table, "InvalidRouteTableID.NotFound"},
		}
		time.Sleep(time.Minute - 1)
		for _, u := range unseen {
			equal(t, "too early: "+u.spec, ask(t, s, u.spec).Code, u.code)
		}
		equal(t, "listed too early", must(t, s, "DescribeRouteTables"+filters("route-table-id="+table)), "")
		equal(t, "the replay needs no patience", must(t, s, "CreateRouteTable ClientToken=t VpcId="+OtherVPC), table)
		time.Sleep(time.Nanosecond)
		for _, u := range unseen {
			equal(t, "in time: "+u.spec, ask(t, s, u.spec).Code, "")
		}
	})
}

func TestBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Bucket: &Bucket{Capacity: 3, Refill: 0.5}, Faults: MustFaults("internal-error:CreateRouteTablex4")})
		spend := func(region string) (taken int) {
			for range 10 {
				a := askIn(t, s, region, "CreateRouteTable VpcId="+OtherVPC)
				if a.Code != "RequestLimitExceeded" {
					taken++
				} else if a.Status != 503 || a.Message != "Request limit exceeded." {
					t.Errorf("throttled with %d %s", a.Status, a.Message)
				}
			}
			return taken
		}
		equal(t, "a full bucket", spend("us-east-1"), 3)
		equal(t, "another Region", spend("us-east-2"), 3)
		equal(t, "another action", ask(t, s, "DescribeVpcs").Code, "")
		time.Sleep(2*time.Second - time.Microsecond)
		equal(t, "just before the first token", spend("us-east-1"), 0)
		time.Sleep(time.Microsecond)
		equal(t, "after one token", spend("us-east-1"), 1)
		time.Sleep(time.Hour)
		equal(t, "full again, and no fuller", spend("us-east-1"), 3)
		// A throttled request uses up no fault and creates nothing.
		equal(t, "faults", s.Report().Faults, map[string]int{"internal-error": 4})
		equal(t, "made", len(s.Resources()), 3+3+1+3-4)
		equal(t, "throttled", s.Report().Throttled, 7+7+10+9+7)
	})
}

func TestParseBucket(t *testing.T) {
	for in, want := range map[string]string{
		"50:5": "50:5", "1.5:0.25": "1.5:0.25", "1:0": "1:0", "1e3:2": "1000:2",
		"":      `parsing bucket "": want CAPACITY:REFILL, as in 50:5 for 50 requests and 5 more per second`,
		"50":    `parsing bucket "50": want CAPACITY:REFILL, as in 50:5 for 50 requests and 5 more per second`,
		"0:5":   `parsing bucket "0:5": capacity "0" is not a number of at least 1`,
		"x:5":   `parsing bucket "x:5": capacity "x" is not a number of at least 1`,
		"NaN:5": `parsing bucket "NaN:5": capacity "NaN" is not a number of at least 1`,
		"Inf:5": `parsing bucket "Inf:5": capacity "Inf" is not a number of at least 1`,
		"5:-1":  `parsing bucket "5:-1": refill "-1" is not a number of at least 0`,
		"5:NaN": `parsing bucket "5:NaN": refill "NaN" is not a number of at least 0`,
		"5:1:2": `parsing bucket "5:1:2": refill "1:2" is not a number of at least 0`,
	} {
		b, err := ParseBucket(in)
		got := fmt.Sprintf("%v:%v", b.Capacity, b.Refill)
		if err != nil {
			got = err.Error()
		}
		equal(t, in, got, want)
	}
}
