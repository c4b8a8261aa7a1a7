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
	for _, member := range []string{"VpcId", "SubnetId"} { // if AWS documents any filters, it documents these
		if value, given := intent.Input[member]; given && op.declared.documented != 0 && slices.Contains(op.Agree, member) {
			return append(arguments, "--"+shape.FlagName(op.listed.filters), fmt.Sprintf("Name=%s,Values=%v", shape.FlagName(member), value))
		}
	}
	return arguments
}

// A Permission is an IAM action that a create calls.
type Permission struct {
	Action string // ec2:CreateRouteTable
	For    string // the flag that needs the action; "" if every create needs it
}

// Permissions returns the IAM actions that a create of the operation may call. It leaves out the actions that only EC2 checks, such as
// iam:PassRole.
func (op Operation) Permissions() []Permission {
	permissions := []Permission{{Action: "ec2:" + op.Name}}
	if !op.Taggable {
		return append(permissions, Permission{"ec2:" + op.Describe, "--wait"})
	}
	permissions = append(permissions, Permission{"ec2:" + op.Describe, "--wait and --ensure"}, Permission{"ec2:CreateTags", "tags and --ensure"})
	if op.declared.documented&byTag == 0 {
		permissions = append(permissions, Permission{"ec2:DescribeTags", "--ensure"})
	}
	return permissions
}
