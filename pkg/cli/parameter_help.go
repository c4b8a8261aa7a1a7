package cli

import (
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// parameterHelp returns the help text of the parameters that many operations have, by the name of the member; "" for any other.
func parameterHelp(op awsec2.Operation, member string) string {
	return map[string]string{
		"TagSpecifications":  "the tags: ResourceType=" + op.ResourceType() + ",Tags=[{Key=k,Value=v}] or JSON",
		"ClientToken":        "a client token of 1 to 64 ASCII characters: every run with this token means the same resource",
		"DryRun":             "check whether the request is allowed, and create nothing",
		"VpcId":              "the ID of the VPC",
		"SubnetId":           "the ID of the subnet",
		"SubnetIds":          "the IDs of the subnets",
		"SecurityGroupIds":   "the IDs of the security groups",
		"InstanceId":         "the ID of the instance",
		"NetworkInterfaceId": "the ID of the network interface",
		"ImageId":            "the ID of the AMI",
		"SnapshotId":         "the ID of the snapshot",
		"IpamId":             "the ID of the IPAM",
		"InstanceType":       "the instance type, such as t3.micro",
		"AvailabilityZone":   "the name of the Availability Zone, such as us-east-1a",
		"AvailabilityZoneId": "the ID of the Availability Zone, such as use1-az1",
		"KmsKeyId":           "the KMS key: its ID, alias or ARN",
		"KeyName":            "the name of the key pair",
		"Description":        "a description",
	}[member]
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
	help, typ := m.Kind.String(), m.Type
	if m.Kind == shape.List {
		typ = typ.Elem()
		_, element, _ := strings.Cut(shape.KindOf(typ).String(), " ") // without the article
		help = "a list of " + element + "s"
	}
	if shape.KindOf(typ) != shape.Structure {
		return help
	}
	const most = 12
	var names []string
	for _, member := range shape.Members(typ) {
		names = append(names, member.Name)
	}
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return help + ": " + strings.Join(names, ", ")
}
