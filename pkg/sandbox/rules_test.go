package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestManyInstances(t *testing.T) {
	s := New(Config{})
	const run = "RunInstances ImageId=ami-1 MinCount=1 MaxCount=3 ClientToken=t"
	first := parseNode(t, ok(t, s, run))
	ids := first.values("instancesSet.instanceId")
	equal(t, "instances", len(ids), 3)
	equal(t, "launch indexes", first.values("instancesSet.amiLaunchIndex"), []string{"0", "1", "2"})
	equal(t, "image", first.values("instancesSet.imageId"), []string{"ami-1", "ami-1", "ami-1"})
	equal(t, "tokens", first.values("instancesSet.clientToken"), []string{"t", "t", "t"})
	equal(t, "states", first.values("instancesSet.instanceState.name"), []string{"running", "running", "running"})
	equal(t, "state codes", first.values("instancesSet.instanceState.code"), []string{"16", "16", "16"})
	ok(t, s, "RunInstances ImageId=ami-1 MinCount=1 MaxCount=1")

	described := parseNode(t, ok(t, s, "DescribeInstances"))
	equal(t, "reservations", len(described.values("reservationSet.reservationId")), 2)
	equal(t, "reservation", described.values("reservationSet.reservationId")[:1], first.values("reservationId"))
	equal(t, "by token", parseNode(t, ok(t, s, "DescribeInstances"+filters("client-token=t"))).values("reservationSet.instancesSet.instanceId"), ids)
	equal(t, "by state", len(parseNode(t, ok(t, s, "DescribeInstances"+filters("instance-state-name=running"))).values("reservationSet.instancesSet.instanceId")), 4)

	ended := parseNode(t, ok(t, s, "TerminateInstances InstanceId.1="+ids[1]))
	equal(t, "states of a terminated instance", append(ended.values("instancesSet.previousState.name"), ended.values("instancesSet.currentState.name")...), []string{"running", "terminated"})
	equal(t, "reasons", parseNode(t, ok(t, s, "DescribeInstances")).values("reservationSet.instancesSet.stateReason.message"), []string(nil))
	equal(t, "replay", ask(t, s, run).Code, "IdempotentInstanceTerminated")
	equal(t, "terminated", s.Report().Deleted, map[string]int{"instance": 1})
	ok(t, s, "TerminateInstances InstanceId.1="+ids[1])
	equal(t, "terminated twice", s.Report().Deleted, map[string]int{"instance": 1})

	for spec, code := range map[string]string{
		"RunInstances MinCount=2 MaxCount=1": "InvalidParameterCombination",
		"RunInstances MinCount=0 MaxCount=0": "InvalidParameterValue",
		"RunInstances MinCount=x MaxCount=1": "InvalidParameterValue",
		"AllocateHosts Quantity=1001":        "InvalidParameterValue",
	} {
		equal(t, spec, ask(t, s, spec).Code, code)
	}
	equal(t, "hosts", len(parseNode(t, ok(t, s, "AllocateHosts Quantity=2")).values("hostIdSet")), 2)
	equal(t, "host", len(parseNode(t, ok(t, s, "AllocateHosts")).values("hostIdSet")), 1)
}

// EC2 excepts the Availability Zone from the comparison of parameters: the token is a new one in another zone.
func TestTokenInAnotherZone(t *testing.T) {
	for spec, zone := range map[string]string{
		"RunInstances MinCount=1 MaxCount=1": "Placement.AvailabilityZone", "CreateVolume Size=1": "AvailabilityZone", "AllocateHosts": "AvailabilityZoneId",
	} {
		s := New(Config{})
		for _, in := range []string{"a", "a", "b", "b"} {
			ok(t, s, spec+" ClientToken=t "+zone+"="+in)
		}
		equal(t, spec, len(s.Resources()), 2)
		equal(t, "replays", s.Report().Replayed, 2)
	}
}

func TestNaturalKeys(t *testing.T) {
	for _, tt := range []struct{ spec, other, code, remove string }{
		{"CopyImage Name=a SourceImageId=ami-1 SourceRegion=r", "Name=b", "InvalidAMIName.Duplicate", "DeregisterImage ImageId="},
		{"CreateLaunchTemplate LaunchTemplateName=a LaunchTemplateData.ImageId=ami-1", "LaunchTemplateName=b", "InvalidLaunchTemplateName.AlreadyExistsException", "DeleteLaunchTemplate LaunchTemplateId="},
		{"CreateTrafficMirrorFilterRule TrafficMirrorFilterId=a RuleNumber=1 TrafficDirection=ingress RuleAction=accept SourceCidrBlock=x DestinationCidrBlock=x", "TrafficDirection=egress", "TrafficMirrorFilterRuleAlreadyExists", "DeleteTrafficMirrorFilterRule TrafficMirrorFilterRuleId="},
		{"CreateFlowLogs ResourceType=VPC ResourceId.1=a LogGroupName=g", "ResourceId.1=b", "FlowLogAlreadyExists", "DeleteFlowLogs FlowLogId.1="},
	} {
		s := New(Config{})
		ok(t, s, tt.spec)
		equal(t, tt.spec, ask(t, s, tt.spec+" ClientToken=t").Code, tt.code)
		ok(t, s, tt.spec+" "+tt.other)
		ok(t, s, tt.remove+s.Resources()[0].ID)
		ok(t, s, tt.spec+" ClientToken=t")
		equal(t, "replay", ask(t, s, tt.spec+" ClientToken=t").Code, "")
	}
}

func TestFailedState(t *testing.T) {
	for _, tt := range []struct{ spec, list, pending, failed, reason string }{
		{"CreateNatGateway SubnetId=subnet-1", "DescribeNatGateways natGatewaySet.state", "pending", "failed", "natGatewaySet.failureCode"},
		{"RunInstances MinCount=1 MaxCount=1", "DescribeInstances reservationSet.instancesSet.instanceState.name", "pending", "terminated", "reservationSet.instancesSet.stateReason.message"},
		{"CreateVolume Size=1", "DescribeVolumes volumeSet.status", "creating", "error", ""},
		{"ImportSnapshot", "DescribeImportSnapshotTasks importSnapshotTaskSet.snapshotTaskDetail.status", "active", "error", "importSnapshotTaskSet.snapshotTaskDetail.statusMessage"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := New(Config{StateLag: time.Minute, Faults: MustFaults("failed-state")})
			ok(t, s, tt.spec)
			action, state, _ := strings.Cut(tt.list, " ")
			time.Sleep(time.Minute - 1)
			equal(t, tt.spec, parseNode(t, ok(t, s, action)).firstValue(state), tt.pending)
			time.Sleep(time.Nanosecond)
			seen := parseNode(t, ok(t, s, action))
			equal(t, tt.spec, seen.firstValue(state), tt.failed)
			if tt.reason != "" && seen.firstValue(tt.reason) == "" {
				t.Errorf("%s: no %s", tt.spec, tt.reason)
			}
			ok(t, s, tt.spec)
			time.Sleep(time.Minute)
			if states := parseNode(t, ok(t, s, action)).values(state); states[1] == tt.failed {
				t.Errorf("the fault counted twice: %v", states)
			}
		})
	}
}

// Without a lag, the answer of the create still shows a resource that fails as pending.
func TestFailedStateWithoutLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Faults: MustFaults("failed-state")})
		equal(t, "in the create", parseNode(t, ok(t, s, "CreateNatGateway ClientToken=t")).firstValue("natGateway.state"), "pending")
		time.Sleep(time.Nanosecond)
		equal(t, "in the replay", parseNode(t, ok(t, s, "CreateNatGateway ClientToken=t")).firstValue("natGateway.state"), "failed")
	})
}

func TestPartialSuccess(t *testing.T) {
	s := New(Config{Faults: MustFaults("partial-success:CreateFlowLogs=x2", "partial-success:CreateFleet")})
	const logs = "CreateFlowLogs ResourceType=VPC LogGroupName=g ClientToken=t ResourceId.1=a ResourceId.2=b"
	for range 2 {
		a := parseNode(t, ok(t, s, logs))
		equal(t, "flow logs", len(a.values("flowLogIdSet")), 1)
		equal(t, "unsuccessful", a.values("unsuccessful.resourceId"), []string{"b"})
	}
	equal(t, "described", parseNode(t, ok(t, s, "DescribeFlowLogs")).values("flowLogSet.resourceId"), []string{"a"})

	const fleet = "CreateFleet Type=instant TargetCapacitySpecification.TotalTargetCapacity=3 LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId=lt-1 ClientToken=t"
	for range 2 {
		a := parseNode(t, ok(t, s, fleet))
		equal(t, "errors", a.values("errorSet.errorCode"), []string{"InsufficientInstanceCapacity"})
		equal(t, "instances", len(a.values("fleetInstanceSet.instanceIds")), 2)
	}
	a := parseNode(t, ok(t, s, strings.Replace(fleet, "=t", "=u", 2)))
	equal(t, "errors", a.values("errorSet.errorCode"), []string(nil))
	equal(t, "instances", len(a.values("fleetInstanceSet.instanceIds")), 3)
	a = parseNode(t, ok(t, s, strings.Replace(fleet, "=instant", "=request", 1)+"v"))
	equal(t, "instances of a request", len(a.values("fleetInstanceSet.instanceIds")), 0)
}

func TestPartialSuccessOfNothing(t *testing.T) {
	s := New(Config{Faults: MustFaults("partial-success")})
	a := parseNode(t, ok(t, s, "CreateFlowLogs ResourceType=VPC LogGroupName=g ClientToken=t ResourceId.1=a"))
	equal(t, "flow logs", a.values("flowLogIdSet"), []string(nil))
	equal(t, "unsuccessful", a.values("unsuccessful.resourceId"), []string{"a"})
}

// A request that EC2 refuses for lack of capacity binds its token to its parameters.
func TestCapacity(t *testing.T) {
	s := New(Config{Faults: MustFaults("InsufficientInstanceCapacity:RunInstances", "InsufficientVolumeCapacity:CreateVolume")})
	a := ask(t, s, "RunInstances ImageId=ami-1 MinCount=1 MaxCount=1 ClientToken=t")
	equal(t, "refused", fmt.Sprint(a.Status, a.Code), "500InsufficientInstanceCapacity")
	equal(t, "other parameters", ask(t, s, "RunInstances ImageId=ami-2 MinCount=1 MaxCount=1 ClientToken=t").Code, "IdempotentParameterMismatch")
	equal(t, "resources", len(s.Resources()), 0)
	ok(t, s, "RunInstances ImageId=ami-1 MinCount=1 MaxCount=1 ClientToken=t")
	equal(t, "resources", len(s.Resources()), 1)
	equal(t, "without a token", ask(t, s, "CreateVolume Size=1").Code, "InsufficientVolumeCapacity")
}

func TestLaunchTemplateVersions(t *testing.T) {
	s := New(Config{})
	template := parseNode(t, ok(t, s, "CreateLaunchTemplate LaunchTemplateName=n LaunchTemplateData.ImageId=ami-1")).firstValue("launchTemplate.launchTemplateId")
	for i, by := range []string{"LaunchTemplateId=" + template, "LaunchTemplateName=n"} {
		spec := "CreateLaunchTemplateVersion LaunchTemplateData.InstanceType=m1 ClientToken=t" + fmt.Sprint(i) + " " + by
		for range 2 {
			a := parseNode(t, ok(t, s, spec))
			equal(t, "version", a.firstValue("launchTemplateVersion.versionNumber"), fmt.Sprint(i+2))
			equal(t, "data", a.firstValue("launchTemplateVersion.launchTemplateData.instanceType"), "m1")
		}
	}
	equal(t, "latest version", parseNode(t, ok(t, s, "DescribeLaunchTemplates LaunchTemplateId.1="+template)).values("launchTemplates.latestVersionNumber"), []string{"3"})
	equal(t, "id", s.Resources()[2].ID, template+":3")
	const list = "launchTemplateVersionSet.versionNumber"
	equal(t, "all", parseNode(t, ok(t, s, "DescribeLaunchTemplateVersions LaunchTemplateName=n")).values(list), []string{"2", "3"})
	equal(t, "one", parseNode(t, ok(t, s, "DescribeLaunchTemplateVersions LaunchTemplateVersion.1=3 LaunchTemplateId="+template)).values(list), []string{"3"})
	equal(t, "none", ask(t, s, "DescribeLaunchTemplateVersions LaunchTemplateVersion.1=9 LaunchTemplateId="+template).Code, "InvalidLaunchTemplateId.VersionNotFound")
	equal(t, "one of two", ask(t, s, "DescribeLaunchTemplateVersions LaunchTemplateVersion.1=3 LaunchTemplateVersion.2=9 LaunchTemplateId="+template).Code, "InvalidLaunchTemplateId.VersionNotFound")
	equal(t, "of no template", ask(t, s, "DescribeLaunchTemplateVersions").Code, "MissingParameter")
	ok(t, s, "DeleteLaunchTemplateVersions LaunchTemplateVersion.1=2 LaunchTemplateName=n")
	equal(t, "all", parseNode(t, ok(t, s, "DescribeLaunchTemplateVersions LaunchTemplateName=n")).values(list), []string{"3"})
	ok(t, s, "DeleteLaunchTemplate LaunchTemplateName=n")
	equal(t, "gone", ask(t, s, "DescribeLaunchTemplates LaunchTemplateId.1="+template).Code, "InvalidLaunchTemplateId.NotFound")
	second := parseNode(t, ok(t, s, "CreateLaunchTemplate LaunchTemplateName=n LaunchTemplateData.ImageId=ami-1")).firstValue("launchTemplate.launchTemplateId")
	version := parseNode(t, ok(t, s, "CreateLaunchTemplateVersion LaunchTemplateData.InstanceType=m1 LaunchTemplateName=n"))
	equal(t, "template of the same name", version.firstValue("launchTemplateVersion.launchTemplateId"), second)
}

func TestSpotFleetToken(t *testing.T) {
	const spec = "RequestSpotFleet SpotFleetRequestConfig.IamFleetRole=r SpotFleetRequestConfig.TargetCapacity=1 SpotFleetRequestConfig.ClientToken="
	s := New(Config{})
	ok(t, s, spec+"t")
	ok(t, s, spec+"t")
	equal(t, "mismatch", ask(t, s, spec+"t SpotFleetRequestConfig.SpotPrice=1").Code, "IdempotentParameterMismatch")
	equal(t, "requests", len(s.Resources()), 1)
	const token = "spotFleetRequestConfigSet.spotFleetRequestConfig.clientToken"
	equal(t, "token", parseNode(t, ok(t, s, "DescribeSpotFleetRequests")).values(token), []string{"t"})
	equal(t, "a token at the top", ask(t, s, spec+"t ClientToken=t").Code, "UnknownParameter")

	s = New(Config{IgnoreTokens: true})
	ok(t, s, spec+"t")
	ok(t, s, spec+"t")
	equal(t, "requests", len(s.Resources()), 2)
	equal(t, "ignored token", parseNode(t, ok(t, s, "DescribeSpotFleetRequests")).values(token), []string(nil))
}

func TestVPCOfOtherResources(t *testing.T) {
	s := New(Config{})
	vpc := must(t, s, "CreateVpc CidrBlock=10.7.0.0/16")
	ok(t, s, "CreateVpcEndpoint ServiceName=s3 SubnetId.1=subnet-1 SubnetId.2=subnet-2 VpcId="+vpc)
	equal(t, "VPC", s.Resources()[1].VpcID, vpc)
	seen := parseNode(t, ok(t, s, "DescribeVpcEndpoints"+filters("vpc-id="+vpc+" service-name=s3 vpc-endpoint-state=available")))
	equal(t, "subnets", seen.values("vpcEndpointSet.subnetIdSet"), []string{"subnet-1", "subnet-2"})
	equal(t, "unknown VPC", ask(t, s, "CreateCarrierGateway VpcId=vpc-0123456789abcdef0").Code, "InvalidVpcID.NotFound")
	equal(t, "VPC in use", ask(t, s, "DeleteVpc VpcId="+vpc).Code, "DependencyViolation")
	ok(t, s, "DeleteVpcEndpoints VpcEndpointId.1="+s.Resources()[1].ID)
	gateway := parseNode(t, ok(t, s, "CreateNatGateway VpcId="+vpc)).firstValue("natGateway.natGatewayId")
	equal(t, "VPC in use", ask(t, s, "DeleteVpc VpcId="+vpc).Code, "DependencyViolation")
	ok(t, s, "DeleteNatGateway NatGatewayId="+gateway)
	ok(t, s, "DeleteVpc VpcId="+vpc)
	equal(t, "no VPC", ask(t, s, "CreateVolume Size=1").Code, "")
	equal(t, "VPC", s.Resources()[3].VpcID, "")
}

// The fault changes the parameters in the answer. It changes neither the resource nor the answer of a replay.
func TestWrongParameter(t *testing.T) {
	s := New(Config{Faults: MustFaults("wrong-parameter:CreateVolume", "wrong-parameter:CreateVpcEndpoint", "wrong-token:RunInstances", "no-token:RunInstances")})
	const volume = "CreateVolume Size=1 Encrypted=true SnapshotId=snap-0123 VolumeType=gp3 ClientToken=t"
	for _, want := range []string{"2 false snap-0123456789abcdef0 gp3-other", "1 true snap-0123 gp3"} {
		a := parseNode(t, ok(t, s, volume))
		equal(t, "volume", strings.Join([]string{a.firstValue("size"), a.firstValue("encrypted"), a.firstValue("snapshotId"), a.firstValue("volumeType")}, " "), want)
	}
	equal(t, "another time", otherThan("2030-01-01T00:00:00Z"), "2030-01-01T01:00:00Z")
	const endpoint = "CreateVpcEndpoint SubnetId.1=subnet-01 ClientToken=t VpcId=" + OtherVPC
	for _, want := range []string{DefaultVPC + " subnet-0123456789abcdef0", OtherVPC + " subnet-01"} {
		a := parseNode(t, ok(t, s, endpoint))
		equal(t, "endpoint", a.firstValue("vpcEndpoint.vpcId")+" "+a.firstValue("vpcEndpoint.subnetIdSet"), want)
	}
	for _, want := range []string{anotherToken, "", "t"} {
		a := parseNode(t, ok(t, s, "RunInstances MinCount=1 MaxCount=1 ClientToken=t"))
		equal(t, "token", a.firstValue("instancesSet.clientToken"), want)
		equal(t, "token beside the instances", a.firstValue("clientToken"), "")
	}
	a := parseNode(t, ok(t, New(Config{Faults: MustFaults("wrong-parameter")}), "RunInstances MinCount=1 MaxCount=1 ClientToken=t ImageId=ami-1"))
	equal(t, "image and token", a.firstValue("instancesSet.imageId")+" "+a.firstValue("instancesSet.clientToken"), "ami-1-other t")
}

func TestParents(t *testing.T) {
	s := New(Config{})
	ok(t, s, "ProvisionIpamPoolCidr IpamPoolId=a Cidr=10.0.0.0/8")
	for pool, want := range map[string]int{"a": 1, "b": 0} {
		equal(t, pool, len(parseNode(t, ok(t, s, "GetIpamPoolCidrs IpamPoolId="+pool)).values("ipamPoolCidrSet.cidr")), want)
	}
	equal(t, "no pool", ask(t, s, "GetIpamPoolCidrs").Code, "MissingParameter")
	equal(t, "another pool", ask(t, s, "DeprovisionIpamPoolCidr IpamPoolId=b Cidr=10.0.0.0/8").Code, "InvalidParameterValue")
}

func TestOtherErrors(t *testing.T) {
	s := New(Config{})
	const gone = "-0123456789abcdef0"
	for spec, code := range map[string]string{
		"CreateTags Tag.1.Key=a ResourceId.1=cvpn-assoc" + gone: "InvalidID", // takes no tags
		"CreateTags Tag.1.Key=a ResourceId.1=ipam-pool" + gone:  "InvalidIpamPoolId.NotFound",
		"CancelImportTask ImportTaskId=i" + gone:                "InvalidImportTaskId.Malformed",
		"CancelImportTask ImportTaskId=import-snap" + gone:      "InvalidImportTaskId.NotFound",
		"DescribeNatGateways NatGatewayId.1=nat-x":              "NatGatewayMalformed",
		"DescribeFleets FleetId.1=fleet" + gone:                 "InvalidFleetId.Malformed",
		"RunInstances MinCount=1 MaxCount=1 Placement=x":        "UnknownParameter",
		"RunInstances MinCount=1 MaxCount=1 Placement.Colour=x": "UnknownParameter",
		"RunInstances MinCount=1 MaxCount=1 SecurityGroupId=x":  "UnknownParameter",
		"DescribeNatGateways" + filters("colour=red"):           "InvalidParameterValue",
		"DescribeHosts" + filters("host-id=h"+gone):             "InvalidParameterValue", // not documented
		"DescribeTrafficMirrorFilters" + filters("colour=red"):  "",                      // no filter is documented
	} {
		equal(t, spec, ask(t, s, spec).Code, code)
	}
	request := parseNode(t, ok(t, s, "RequestSpotInstances")).firstValue("spotInstanceRequestSet.spotInstanceRequestId")
	cancelled := parseNode(t, ok(t, s, "CancelSpotInstanceRequests SpotInstanceRequestId.1="+request))
	equal(t, "state", cancelled.values("spotInstanceRequestSet.state"), []string{"cancelled"})
}
