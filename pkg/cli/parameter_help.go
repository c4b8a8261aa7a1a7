package cli

import (
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// parameterHelp returns the help text of the parameters that many operations have, by the name of the member; "" for any other.
func parameterHelp(op awsec2.Operation, member string) string {
	switch member {
	case "TagSpecifications":
		return "the tags: ResourceType=" + op.ResourceType() + ",Tags=[{Key=k,Value=v}] or JSON"
	case "ClientToken":
		return "a client token of 1 to 64 ASCII characters: every run with this token means the same resource"
	case "DryRun":
		return "check whether the request is allowed, and create nothing"
	case "VpcId":
		return "the ID of the VPC"
	case "SubnetId":
		return "the ID of the subnet"
	case "SubnetIds":
		return "the IDs of the subnets"
	case "SecurityGroupIds":
		return "the IDs of the security groups"
	case "InstanceId":
		return "the ID of the instance"
	case "NetworkInterfaceId":
		return "the ID of the network interface"
	case "ImageId":
		return "the ID of the AMI"
	case "SnapshotId":
		return "the ID of the snapshot"
	case "IpamId":
		return "the ID of the IPAM"
	case "InstanceType":
		return "the instance type, such as t3.micro"
	case "AvailabilityZone":
		return "the name of the Availability Zone, such as us-east-1a"
	case "AvailabilityZoneId":
		return "the ID of the Availability Zone, such as use1-az1"
	case "KmsKeyId":
		return "the KMS key: its ID, alias or ARN"
	case "KeyName":
		return "the name of the key pair"
	case "Description":
		return "a description"
	}
	return ""
}

// memberHelp returns the help text of a member's flag. A member without a text of its own gets its type, with the members of a structure.
func memberHelp(op awsec2.Operation, m shape.Member) string {
	help := parameterHelp(op, m.Name)
	if help == "" {
		help = typeHelp(m)
	}
	if awsec2.SecrecyOf(op.Name, m.Name) == awsec2.Secret {
		help += "; file://PATH keeps it off the list of processes"
	}
	return help
}

// typeHelp describes the type of a member.
func typeHelp(m shape.Member) string {
	text, kind := m.Kind.String(), m.Type
	if m.Kind == shape.List {
		kind = kind.Elem()
		_, element, _ := strings.Cut(shape.KindOf(kind).String(), " ")
		text = "a list of " + element + "s"
	}
	if shape.KindOf(kind) != shape.Structure {
		return text
	}
	const most = 12
	var names []string
	for _, member := range shape.Members(kind) {
		names = append(names, member.Name)
	}
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return text + ": " + strings.Join(names, ", ")
}
