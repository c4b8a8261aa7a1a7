package awsec2

import "github.com/aws/aws-sdk-go-v2/service/ec2"

// A declaration is what the SDK's types do not say of an operation. Everything else follows from the types by the conventions of
// [declaration.operation]; TestDeclarations proves that what the conventions find exists.
type declaration struct {
	create   any    // the SDK's method that makes the resource
	describe any    // the SDK's method that lists such resources
	noun     string // the resource in a sentence
	prefix   string // how the resource's ids begin; "" if AWS does not document it
	agree    string // the members that must be the same in the input and in the resource, if the input has them

	documented filters // the filters of the Describe action that AWS documents
	count      string  // the input members that say how many resources are wanted: MIN..MAX, or A|B for the first that is given
	wait       wait    // what --wait waits for by default

	// Exceptions from the conventions.
	id       string // the members of the id, joined by colons, if the ids parameter of the Describe action does not name one
	ids      string // the parameters of the Describe action for these members, if they have other names
	parent   string // the input member that the Describe action requires, too
	state    string // the path of the state
	states   string // states that mean something else for this resource: active=pending
	tagType  string // the resource type in tag specifications
	notFound string // codes of an unknown id without "NotFound" in their names
}

// filters are the filters of a Describe action that AWS documents for the resource. Others may be ignored or refused.
type filters int

const (
	byID  filters = 1 << iota // the filter for the resource's id: route-table-id
	byTag                     // tag:KEY
)

// wait is what --wait waits for by default: until the resource is usable, or only until it is visible where that takes hours.
type wait int

const (
	untilUsable wait = iota
	untilVisible
)

// sdk is short, so that a declaration fits on a line.
type sdk = ec2.Client

// A group is a number of operations about one thing.
type group struct {
	title      string
	operations []declaration
}

// groups has one entry for each operation: what it makes, and how awsidem finds that again. The compiler lays the table out in the
// binary, so that it costs nothing at the start.
var groups = [...]group{
	{"Route tables and network ACLs", []declaration{
		{create: (*sdk).CreateRouteTable, describe: (*sdk).DescribeRouteTables, noun: "route table", prefix: "rtb-", agree: "VpcId", documented: byID | byTag},
		{create: (*sdk).CreateNetworkAcl, describe: (*sdk).DescribeNetworkAcls, noun: "network ACL", prefix: "acl-", agree: "VpcId", documented: byID | byTag},
	}},
	{"Instances, hosts and Spot", []declaration{
		{create: (*sdk).RunInstances, describe: (*sdk).DescribeInstances, noun: "instance", prefix: "i-", agree: "InstanceType SubnetId", count: "MinCount..MaxCount", documented: byID | byTag},
		{create: (*sdk).CreateFleet, describe: (*sdk).DescribeFleets, noun: "EC2 Fleet", prefix: "fleet-", wait: untilVisible},
		{create: (*sdk).RequestSpotInstances, describe: (*sdk).DescribeSpotInstanceRequests, noun: "Spot Instance request", prefix: "sir-", count: "InstanceCount", documented: byID | byTag, tagType: "spot-instances-request"},
		{create: (*sdk).RequestSpotFleet, describe: (*sdk).DescribeSpotFleetRequests, noun: "Spot Fleet request", prefix: "sfr-", wait: untilVisible},
		{create: (*sdk).AllocateHosts, describe: (*sdk).DescribeHosts, noun: "Dedicated Host", prefix: "h-", agree: "AvailabilityZone", count: "Quantity|AssetIds", documented: byTag, tagType: "dedicated-host"},
		{create: (*sdk).PurchaseHostReservation, describe: (*sdk).DescribeHostReservations, noun: "Dedicated Host reservation", prefix: "hr-", agree: "OfferingId", documented: byTag},
		{create: (*sdk).PurchaseScheduledInstances, describe: (*sdk).DescribeScheduledInstances, noun: "Scheduled Instance", prefix: "sci-", notFound: "InvalidScheduledInstance"},
		{create: (*sdk).RunScheduledInstances, describe: (*sdk).DescribeInstances, noun: "instance", prefix: "i-", count: "InstanceCount", documented: byID | byTag},
		{create: (*sdk).CreateReservedInstancesListing, describe: (*sdk).DescribeReservedInstancesListings, noun: "Reserved Instance listing", agree: "ReservedInstancesId", documented: byID, wait: untilVisible, id: "ReservedInstancesListingId", notFound: "InvalidInput"},
		{create: (*sdk).ModifyReservedInstances, describe: (*sdk).DescribeReservedInstancesModifications, noun: "Reserved Instances modification", prefix: "rimod-", documented: byID, wait: untilVisible},
		{create: (*sdk).CreateReplaceRootVolumeTask, describe: (*sdk).DescribeReplaceRootVolumeTasks, noun: "root volume replacement task", prefix: "replacevol-", agree: "InstanceId"},
		{create: (*sdk).CreateDelegateMacVolumeOwnershipTask, describe: (*sdk).DescribeMacModificationTasks, noun: "Mac volume ownership task", prefix: "macmodification-", agree: "InstanceId", wait: untilVisible},
		{create: (*sdk).CreateMacSystemIntegrityProtectionModificationTask, describe: (*sdk).DescribeMacModificationTasks, noun: "Mac system integrity protection task", prefix: "macmodification-", agree: "InstanceId", wait: untilVisible},
		{create: (*sdk).CreateApplicationStatusCheck, describe: (*sdk).DescribeApplicationStatusChecks, noun: "application status check"},
	}},
	{"Capacity", []declaration{
		{create: (*sdk).CreateCapacityReservation, describe: (*sdk).DescribeCapacityReservations, noun: "Capacity Reservation", prefix: "cr-", agree: "InstanceType AvailabilityZone"},
		{create: (*sdk).CreateCapacityReservationBySplitting, describe: (*sdk).DescribeCapacityReservations, noun: "Capacity Reservation", prefix: "cr-"},
		{create: (*sdk).CreateCapacityReservationFleet, describe: (*sdk).DescribeCapacityReservationFleets, noun: "Capacity Reservation Fleet", prefix: "crf-", wait: untilVisible},
		{create: (*sdk).CreateCapacityReservationCancellationQuote, describe: (*sdk).DescribeCapacityReservationCancellationQuotes, noun: "Capacity Reservation cancellation quote", agree: "CapacityReservationId"},
		{create: (*sdk).CreateCapacityReservationDateChangeQuote, describe: (*sdk).DescribeCapacityReservationDateChangeQuotes, noun: "Capacity Reservation date change quote", agree: "CapacityReservationId"},
		{create: (*sdk).CreateCapacityManagerDataExport, describe: (*sdk).DescribeCapacityManagerDataExports, noun: "Capacity Manager data export", agree: "S3BucketName"},
	}},
	{"Launch templates and images", []declaration{
		{create: (*sdk).CreateLaunchTemplate, describe: (*sdk).DescribeLaunchTemplates, noun: "launch template", prefix: "lt-", agree: "LaunchTemplateName", documented: byTag},
		{create: (*sdk).CreateLaunchTemplateVersion, describe: (*sdk).DescribeLaunchTemplateVersions, noun: "launch template version", prefix: "lt-", agree: "LaunchTemplateId LaunchTemplateName", id: "LaunchTemplateId:VersionNumber", ids: "LaunchTemplateId:Versions"},
		{create: (*sdk).CopyImage, describe: (*sdk).DescribeImages, noun: "image", prefix: "ami-", agree: "Name", documented: byID | byTag, wait: untilVisible},
		{create: (*sdk).ExportImage, describe: (*sdk).DescribeExportImageTasks, noun: "image export task", prefix: "export-ami-", agree: "ImageId", wait: untilVisible, states: "active=pending"},
		{create: (*sdk).ImportImage, describe: (*sdk).DescribeImportImageTasks, noun: "image import task", prefix: "import-ami-", wait: untilVisible, states: "active=pending", tagType: "import-image-task"},
		{create: (*sdk).ImportSnapshot, describe: (*sdk).DescribeImportSnapshotTasks, noun: "snapshot import task", prefix: "import-snap-", wait: untilVisible, state: "SnapshotTaskDetail.Status", states: "active=pending", tagType: "import-snapshot-task"},
		{create: (*sdk).CreateImageUsageReport, describe: (*sdk).DescribeImageUsageReports, noun: "image usage report", id: "ReportId", agree: "ImageId", documented: byTag, wait: untilVisible, tagType: "image-usage-report"},
		{create: (*sdk).CreateFpgaImage, describe: (*sdk).DescribeFpgaImages, noun: "FPGA image", prefix: "afi-", documented: byID | byTag, wait: untilVisible},
		{create: (*sdk).CopyFpgaImage, describe: (*sdk).DescribeFpgaImages, noun: "FPGA image", prefix: "afi-", documented: byID | byTag, wait: untilVisible},
	}},
	{"Volumes", []declaration{
		{create: (*sdk).CreateVolume, describe: (*sdk).DescribeVolumes, noun: "volume", prefix: "vol-", agree: "AvailabilityZone SnapshotId", documented: byID | byTag},
		{create: (*sdk).CopyVolumes, describe: (*sdk).DescribeVolumes, noun: "volume", prefix: "vol-", agree: "SourceVolumeId", documented: byID | byTag},
	}},
	{"Gateways, interfaces and endpoints", []declaration{
		{create: (*sdk).CreateNatGateway, describe: (*sdk).DescribeNatGateways, noun: "NAT gateway", prefix: "nat-", agree: "SubnetId VpcId", documented: byID | byTag, tagType: "natgateway"},
		{create: (*sdk).CreateEgressOnlyInternetGateway, describe: (*sdk).DescribeEgressOnlyInternetGateways, noun: "egress-only internet gateway", prefix: "eigw-", documented: byTag},
		{create: (*sdk).CreateCarrierGateway, describe: (*sdk).DescribeCarrierGateways, noun: "carrier gateway", prefix: "cagw-", agree: "VpcId", documented: byID | byTag},
		{create: (*sdk).CreateNetworkInterface, describe: (*sdk).DescribeNetworkInterfaces, noun: "network interface", prefix: "eni-", agree: "SubnetId", documented: byID | byTag},
		{create: (*sdk).AssociateTrunkInterface, describe: (*sdk).DescribeTrunkInterfaceAssociations, noun: "trunk interface association", prefix: "trunk-assoc-", agree: "BranchInterfaceId TrunkInterfaceId"},
		{create: (*sdk).CreateVpcEndpoint, describe: (*sdk).DescribeVpcEndpoints, noun: "VPC endpoint", prefix: "vpce-", agree: "VpcId ServiceName", documented: byID | byTag, states: "expired=failed"},
		{create: (*sdk).CreateVpcEndpointServiceConfiguration, describe: (*sdk).DescribeVpcEndpointServiceConfigurations, noun: "VPC endpoint service", prefix: "vpce-svc-", documented: byID | byTag, tagType: "vpc-endpoint-service"},
		{create: (*sdk).CreateVpcEndpointConnectionNotification, describe: (*sdk).DescribeVpcEndpointConnectionNotifications, noun: "VPC endpoint connection notification", prefix: "vpce-nfn-", agree: "ServiceId VpcEndpointId ConnectionNotificationArn", documented: byID, notFound: "InvalidConnectionNotification"},
		{create: (*sdk).CreateInstanceConnectEndpoint, describe: (*sdk).DescribeInstanceConnectEndpoints, noun: "EC2 Instance Connect endpoint", prefix: "eice-", agree: "SubnetId", documented: byID | byTag},
		{create: (*sdk).CreateManagedPrefixList, describe: (*sdk).DescribeManagedPrefixLists, noun: "prefix list", prefix: "pl-", agree: "PrefixListName AddressFamily", documented: byID},
		{create: (*sdk).CreateRouteServer, describe: (*sdk).DescribeRouteServers, noun: "route server", prefix: "rs-"},
		{create: (*sdk).CreateRouteServerEndpoint, describe: (*sdk).DescribeRouteServerEndpoints, noun: "route server endpoint", prefix: "rse-", agree: "RouteServerId SubnetId"},
		{create: (*sdk).CreateSecondaryNetwork, describe: (*sdk).DescribeSecondaryNetworks, noun: "secondary network", documented: byID | byTag},
		{create: (*sdk).CreateSecondarySubnet, describe: (*sdk).DescribeSecondarySubnets, noun: "secondary subnet", agree: "SecondaryNetworkId", documented: byID | byTag},
	}},
	{"Flow logs, traffic mirrors and network analysis", []declaration{
		{create: (*sdk).CreateFlowLogs, describe: (*sdk).DescribeFlowLogs, noun: "flow log", prefix: "fl-", agree: "TrafficType", count: "ResourceIds", documented: byID | byTag, tagType: "vpc-flow-log"},
		{create: (*sdk).CreateTrafficMirrorFilter, describe: (*sdk).DescribeTrafficMirrorFilters, noun: "traffic mirror filter", prefix: "tmf-"},
		{create: (*sdk).CreateTrafficMirrorFilterRule, describe: (*sdk).DescribeTrafficMirrorFilterRules, noun: "traffic mirror filter rule", prefix: "tmfr-", agree: "TrafficMirrorFilterId"},
		{create: (*sdk).CreateTrafficMirrorTarget, describe: (*sdk).DescribeTrafficMirrorTargets, noun: "traffic mirror target", prefix: "tmt-", agree: "NetworkInterfaceId NetworkLoadBalancerArn GatewayLoadBalancerEndpointId"},
		{create: (*sdk).CreateTrafficMirrorSession, describe: (*sdk).DescribeTrafficMirrorSessions, noun: "traffic mirror session", prefix: "tms-", agree: "NetworkInterfaceId TrafficMirrorFilterId TrafficMirrorTargetId"},
		{create: (*sdk).CreateNetworkInsightsPath, describe: (*sdk).DescribeNetworkInsightsPaths, noun: "network insights path", prefix: "nip-", agree: "Protocol"},
		{create: (*sdk).StartNetworkInsightsAnalysis, describe: (*sdk).DescribeNetworkInsightsAnalyses, noun: "network insights analysis", prefix: "nia-", agree: "NetworkInsightsPathId", states: "running=pending"},
		{create: (*sdk).CreateNetworkInsightsAccessScope, describe: (*sdk).DescribeNetworkInsightsAccessScopes, noun: "network access scope", prefix: "nis-"},
		{create: (*sdk).StartNetworkInsightsAccessScopeAnalysis, describe: (*sdk).DescribeNetworkInsightsAccessScopeAnalyses, noun: "network access scope analysis", prefix: "nisa-", agree: "NetworkInsightsAccessScopeId", states: "running=pending"},
	}},
	{"Client VPN and Verified Access", []declaration{
		{create: (*sdk).CreateClientVpnEndpoint, describe: (*sdk).DescribeClientVpnEndpoints, noun: "Client VPN endpoint", prefix: "cvpn-endpoint-", agree: "ServerCertificateArn"},
		{create: (*sdk).AssociateClientVpnTargetNetwork, describe: (*sdk).DescribeClientVpnTargetNetworks, noun: "Client VPN target network association", prefix: "cvpn-assoc-", agree: "ClientVpnEndpointId", parent: "ClientVpnEndpointId", documented: byID},
		{create: (*sdk).CreateVerifiedAccessInstance, describe: (*sdk).DescribeVerifiedAccessInstances, noun: "Verified Access instance", prefix: "vai-"},
		{create: (*sdk).CreateVerifiedAccessTrustProvider, describe: (*sdk).DescribeVerifiedAccessTrustProviders, noun: "Verified Access trust provider", prefix: "vatp-", agree: "PolicyReferenceName TrustProviderType"},
		{create: (*sdk).CreateVerifiedAccessGroup, describe: (*sdk).DescribeVerifiedAccessGroups, noun: "Verified Access group", prefix: "vagr-", agree: "VerifiedAccessInstanceId"},
		{create: (*sdk).CreateVerifiedAccessEndpoint, describe: (*sdk).DescribeVerifiedAccessEndpoints, noun: "Verified Access endpoint", prefix: "vae-", agree: "VerifiedAccessGroupId"},
	}},
	{"IP address management (IPAM)", []declaration{
		{create: (*sdk).CreateIpam, describe: (*sdk).DescribeIpams, noun: "IPAM", prefix: "ipam-"},
		{create: (*sdk).CreateIpamScope, describe: (*sdk).DescribeIpamScopes, noun: "IPAM scope", prefix: "ipam-scope-"},
		{create: (*sdk).CreateIpamPool, describe: (*sdk).DescribeIpamPools, noun: "IPAM pool", prefix: "ipam-pool-", agree: "AddressFamily"},
		{create: (*sdk).ProvisionIpamPoolCidr, describe: (*sdk).GetIpamPoolCidrs, noun: "IPAM pool CIDR", prefix: "ipam-pool-cidr-", id: "IpamPoolCidrId", parent: "IpamPoolId"},
		{create: (*sdk).AllocateIpamPoolCidr, describe: (*sdk).DescribeIpamPoolAllocations, noun: "IPAM pool allocation", prefix: "ipam-pool-alloc-"},
		{create: (*sdk).CreateIpamResourceDiscovery, describe: (*sdk).DescribeIpamResourceDiscoveries, noun: "IPAM resource discovery", prefix: "ipam-res-disco-"},
		{create: (*sdk).AssociateIpamResourceDiscovery, describe: (*sdk).DescribeIpamResourceDiscoveryAssociations, noun: "IPAM resource discovery association", prefix: "ipam-res-disco-assoc-", agree: "IpamId IpamResourceDiscoveryId"},
		{create: (*sdk).CreateIpamPolicy, describe: (*sdk).DescribeIpamPolicies, noun: "IPAM policy", agree: "IpamId"},
		{create: (*sdk).CreateIpamPrefixListResolver, describe: (*sdk).DescribeIpamPrefixListResolvers, noun: "IPAM prefix list resolver", agree: "AddressFamily"},
		{create: (*sdk).CreateIpamPrefixListResolverTarget, describe: (*sdk).DescribeIpamPrefixListResolverTargets, noun: "IPAM prefix list resolver target", agree: "IpamPrefixListResolverId PrefixListId"},
		{create: (*sdk).CreateIpamExternalResourceVerificationToken, describe: (*sdk).DescribeIpamExternalResourceVerificationTokens, noun: "IPAM external resource verification token", prefix: "ipam-ext-res-ver-token-", agree: "IpamId", documented: byID},
		{create: (*sdk).CreateIpamInternetRegistryAssociation, describe: (*sdk).DescribeIpamInternetRegistryAssociations, noun: "IPAM internet registry association", agree: "IpamId"},
		{create: (*sdk).CreateIpamRoutingPolicyRegistration, describe: (*sdk).GetIpamRoutingPolicyRegistrationDeltas, noun: "IPAM routing policy change", parent: "IpamInternetRegistryAssociationId", wait: untilVisible},
		{create: (*sdk).ModifyIpamRoutingPolicyRegistration, describe: (*sdk).GetIpamRoutingPolicyRegistrationDeltas, noun: "IPAM routing policy change", parent: "IpamInternetRegistryAssociationId", wait: untilVisible},
		{create: (*sdk).DeleteIpamRoutingPolicyRegistration, describe: (*sdk).GetIpamRoutingPolicyRegistrationDeltas, noun: "IPAM routing policy change", parent: "IpamInternetRegistryAssociationId", wait: untilVisible},
		{create: (*sdk).BatchModifyIpamRoutingPolicyRegistrations, describe: (*sdk).GetIpamRoutingPolicyRegistrationDeltas, noun: "IPAM routing policy change", parent: "IpamInternetRegistryAssociationId", wait: untilVisible},
	}},
}
