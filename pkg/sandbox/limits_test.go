package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// numbered returns count parameters, in each of which %d is replaced by its number.
func numbered(count int, param string) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(" " + strings.ReplaceAll(param, "%d", fmt.Sprint(i+1)))
	}
	return b.String()
}

// EC2 accepts a value that is exactly at its limit. TestErrors covers the values beyond.
func TestLimits(t *testing.T) {
	s := New(Config{})
	table := must(t, s, "CreateRouteTable VpcId="+OtherVPC)
	for name, spec := range map[string]string{
		"filter values":    "DescribeVpcs Filter.1.Name=vpc-id" + numbered(200, "Filter.1.Value.%d=v"),
		"tags":             "CreateTags ResourceId.1=" + table + numbered(50, "Tag.%d.Key=k%d"),
		"tag key":          "CreateTags ResourceId.1=" + must(t, s, "CreateNetworkAcl VpcId="+OtherVPC) + " Tag.1.Key=" + strings.Repeat("é", 128),
		"tag value":        "CreateTags ResourceId.1=" + must(t, s, "CreateNetworkAcl VpcId="+OtherVPC) + " Tag.1.Key=a Tag.1.Value=" + strings.Repeat("é", 256),
		"largest page":     "DescribeRouteTables MaxResults=100",
		"smallest page":    "DescribeRouteTables MaxResults=5",
		"smallest network": "CreateVpc CidrBlock=10.0.0.0/28",
		"largest network":  "CreateVpc CidrBlock=10.0.0.0/16",
	} {
		if a := ask(t, s, spec); a.Status != 200 {
			t.Errorf("%s: %d %s: %s", name, a.Status, a.Code, a.Message)
		}
	}
}
