package awsec2

import (
	"fmt"
	"slices"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// DescribeCommand returns the arguments of the AWS CLI command that lists the resources which an intent may have made: ec2
// describe-route-tables --filters Name=vpc-id,Values=vpc-1. If the input has a VPC or a subnet that the resource repeats, the
// command filters by it.
func (op Operation) DescribeCommand(intent idem.Intent) []string {
	arguments := []string{"ec2", shape.FlagName(op.Describe)}
	if parent, given := intent.Input[op.declared.parent]; given {
		arguments = append(arguments, "--"+shape.FlagName(op.declared.parent), fmt.Sprint(parent))
	}
	for _, member := range []string{"VpcId", "SubnetId"} { // AWS documents both as filters wherever resources have them
		if value, given := intent.Input[member]; given && op.listed.filters != "" && slices.Contains(op.Agree, member) {
			return append(arguments, "--"+shape.FlagName(op.listed.filters), fmt.Sprintf("Name=%s,Values=%v", shape.FlagName(member), value))
		}
	}
	return arguments
}

// Permissions returns the IAM actions that a create with --wait needs, such as ec2:CreateRouteTable, and the actions that --ensure needs in
// addition. ensure is nil if the operation has no --ensure.
func (op Operation) Permissions() (create, ensure []string) {
	create = []string{"ec2:" + op.Name, "ec2:" + op.Describe}
	if op.Taggable {
		ensure = append(ensure, "ec2:CreateTags")
	}
	if op.Taggable && op.declared.documented&byTag == 0 {
		ensure = append(ensure, "ec2:DescribeTags")
	}
	return create, ensure
}
