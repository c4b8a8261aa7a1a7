package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/shape"
)

// A foreign is an operation of EC2 that awsidem does not have.
type foreign struct {
	operation string
	second    string // what a second request does; "" if the operation takes a client token, but creates nothing
	find      string // the command of the AWS CLI that shows whether the first request created something
}

// tokenless has the operations without a client token that runbooks use most. What a second request does is in EC2's API reference and in its
// list of error codes.
var tokenless = [...]foreign{
	{"CreateVpc", "makes a second VPC", "describe-vpcs, by a tag of your own"},
	{"CreateSubnet", "fails with InvalidSubnet.Conflict", "describe-subnets, by VPC and CIDR block"},
	{"CreateSecurityGroup", "fails with InvalidGroup.Duplicate", "describe-security-groups, by VPC and name"},
	{"CreateInternetGateway", "makes a second internet gateway", "describe-internet-gateways, by a tag of your own"},
	{"AttachInternetGateway", "fails with Resource.AlreadyAssociated", "describe-internet-gateways, by attachment.vpc-id"},
	{"CreateRoute", "fails with RouteAlreadyExists, whatever the target is", "describe-route-tables, and compare the target"},
	{"AssociateRouteTable", "fails with Resource.AlreadyAssociated", "describe-route-tables, by association.subnet-id"},
	{"CreateTags", "writes the same tags again, which does no harm", "describe-tags"},
	{"AllocateAddress", "allocates a second address, which is billed", "describe-addresses, by a tag of your own"},
	{"CreateSnapshot", "makes a second snapshot", "describe-snapshots, by a tag of your own"},
	{"CreateSnapshots", "makes a second set of snapshots", "describe-snapshots, by a tag of your own"},
	{"CopySnapshot", "makes a second copy", "describe-snapshots, by a tag of your own"},
	{"CreateImage", "fails with InvalidAMIName.Duplicate", "describe-images, by owner and name"},
	{"RegisterImage", "fails with InvalidAMIName.Duplicate", "describe-images, by owner and name"},
	{"CreateKeyPair", "fails with InvalidKeyPair.Duplicate, and the private key was only in the first answer", "describe-key-pairs, by name"},
	{"CreatePlacementGroup", "fails with InvalidPlacementGroup.Duplicate", "describe-placement-groups, by name"},
	{"CreateDhcpOptions", "makes a second set of DHCP options", "describe-dhcp-options, by a tag of your own"},
	{"AuthorizeSecurityGroupIngress", "fails with InvalidPermission.Duplicate", "describe-security-group-rules"},
	{"CreateNetworkAclEntry", "fails with NetworkAclEntryAlreadyExists", "describe-network-acls, and compare the entry"},
	{"CreateVpcPeeringConnection", "fails with VpcPeeringConnectionAlreadyExists", "describe-vpc-peering-connections, by both VPCs"},
	{"CreateTransitGateway", "makes a second transit gateway", "describe-transit-gateways, by a tag of your own"},
	{"CreateTransitGatewayVpcAttachment", "fails with DuplicateTransitGatewayAttachment", "describe-transit-gateway-vpc-attachments, by transit gateway and VPC"},
	{"CreateVpnConnection", "returns the first connection, or fails with InvalidOption.Conflict", "describe-vpn-connections"},
	{"AssociateAddress", "changes nothing if it is the same", "describe-addresses"},
	{"CreateRouteServerPeer", "may make a second peer", "describe-route-server-peers, by a tag of your own"},
}

// changing has the operations that take a client token and create nothing: they change, enable, associate or delete what exists.
const changing = " AssociateApplicationStatusCheck AttachVerifiedAccessTrustProvider AuthorizeClientVpnIngress CreateClientVpnRoute" +
	" CreateInterruptibleCapacityReservationAllocation DeleteApplicationStatusCheck DeleteSecondaryNetwork DeleteSecondarySubnet" +
	" DeleteVerifiedAccessEndpoint DeleteVerifiedAccessGroup DeleteVerifiedAccessInstance DeleteVerifiedAccessTrustProvider" +
	" DetachVerifiedAccessTrustProvider DisableApplicationStatusCheckSuppression DisableCapacityManager DisassociateApplicationStatusCheck" +
	" DisassociateTrunkInterface EnableApplicationStatusCheckSuppression EnableCapacityManager EnableIpamInternetRegistryAssociation" +
	" ModifyApplicationStatusCheck ModifyClientVpnEndpointAuthorizationPolicy ModifyInstanceCreditSpecification" +
	" ModifyIpamPrefixListResolverTarget ModifyLaunchTemplate ModifyVerifiedAccessEndpoint ModifyVerifiedAccessEndpointPolicy" +
	" ModifyVerifiedAccessGroup ModifyVerifiedAccessGroupPolicy ModifyVerifiedAccessInstance ModifyVerifiedAccessInstanceLoggingConfiguration" +
	" ModifyVerifiedAccessTrustProvider MoveCapacityReservationInstances UpdateCapacityManagerMonitoredTagKeys" +
	" UpdateCapacityManagerOrganizationsAccess "

// otherVerbs begin the names of commands of the AWS CLI that create nothing.
const otherVerbs = " accept assign attach cancel delete deregister describe detach disable disassociate enable get list modify monitor reboot reject" +
	" release replace reset restore revoke search start stop terminate unassign unmonitor update "

// foreignOperation returns the operation of EC2 that awsidem lacks, given as CreateVpc or as create-vpc, and whether it is known.
func foreignOperation(name string) (foreign, bool) {
	named := func(operation string) bool { return name == operation || name == shape.FlagName(operation) }
	if i := slices.IndexFunc(tokenless[:], func(f foreign) bool { return named(f.operation) }); i >= 0 {
		return tokenless[i], true
	}
	names := strings.Fields(changing)
	if i := slices.IndexFunc(names, named); i >= 0 {
		return foreign{operation: names[i]}, true
	}
	return foreign{}, false
}

// why returns the reason for which awsidem does not have the operation.
func (f foreign) why() string {
	if f.second == "" {
		return fmt.Sprintf("%s takes a client token, but it creates no resource of its own, and awsidem has only operations that do", f.operation)
	}
	return fmt.Sprintf("EC2 takes no client token for %s, so awsidem can't make it happen exactly once: a second request %s", f.operation, f.second)
}

// hint returns the command of the AWS CLI to use instead.
func (f foreign) hint() string {
	use := "use: aws ec2 " + shape.FlagName(f.operation)
	if f.second == "" {
		return use + " --client-token TOKEN, with the same token each time"
	}
	return use + "; after an unknown outcome, first check: aws ec2 " + f.find
}

// unknownCommand returns the usage error for a name that is no command of awsidem.
func unknownCommand(name string, near []string) error {
	if f, known := foreignOperation(name); known {
		return &usageError{err: fmt.Errorf("unknown command %q: %s", name, f.why()), hint: f.hint()}
	}
	verb, _, _ := strings.Cut(name, "-")
	if len(near) == 0 && verb != name && strings.Contains(otherVerbs, " "+verb+" ") {
		return &usageError{err: fmt.Errorf("unknown command %q: awsidem only creates", name), hint: shellQuote([]string{"aws", "ec2", name})}
	}
	return &usageError{err: fmt.Errorf("unknown command %q%s", name, didYouMean(near, ""))}
}
