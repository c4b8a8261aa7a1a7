package awsec2

import (
	"strings"
	"testing"

	"github.com/awsidem/awsidem/pkg/idem"
)

// The commands and permissions of operations of each class.
func TestCommands(t *testing.T) {
	input := map[string]any{"VpcId": "vpc-1", "SubnetId": "subnet-1", "IpamPoolId": "ipam-pool-1", "ClientVpnEndpointId": "cvpn-1", "RouteServerId": "rs-1"}
	for operation, want := range map[string]struct{ describe, create, ensure string }{
		"CreateRouteTable":                {"describe-route-tables --filters Name=vpc-id,Values=vpc-1", "ec2:CreateRouteTable ec2:DescribeRouteTables", "ec2:CreateTags"},
		"CreateNatGateway":                {"describe-nat-gateways --filter Name=vpc-id,Values=vpc-1", "ec2:CreateNatGateway ec2:DescribeNatGateways", "ec2:CreateTags"},
		"CreateRouteServerEndpoint":       {"describe-route-server-endpoints", "ec2:CreateRouteServerEndpoint ec2:DescribeRouteServerEndpoints", "ec2:CreateTags ec2:DescribeTags"},
		"ProvisionIpamPoolCidr":           {"get-ipam-pool-cidrs --ipam-pool-id ipam-pool-1", "ec2:ProvisionIpamPoolCidr ec2:GetIpamPoolCidrs", ""},
		"AssociateClientVpnTargetNetwork": {"describe-client-vpn-target-networks --client-vpn-endpoint-id cvpn-1", "ec2:AssociateClientVpnTargetNetwork ec2:DescribeClientVpnTargetNetworks", ""},
	} {
		op := lookup(t, operation)
		if got := strings.Join(op.DescribeCommand(idem.Intent{Input: input}), " "); got != "ec2 "+want.describe {
			t.Errorf("%s: %s, want %s", operation, got, want.describe)
		}
		var permissions []string
		for _, p := range op.Permissions() {
			permissions = append(permissions, p.Action)
		}
		if got := strings.Join(permissions, " "); got != strings.TrimSpace(want.create+" "+want.ensure) {
			t.Errorf("%s: %s", operation, got)
		}
	}
}
