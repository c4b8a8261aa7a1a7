package awsec2

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// An Operation declares an EC2 API action that creates a resource under a client token. Its parameters, its JSON input, its
// output and its skeletons are those of the SDK's own types; the declaration adds what the types do not say.
type Operation struct {
	Name     string   // the API action: CreateRouteTable
	Summary  string   // what it does, in one line
	Required []string // the input members that must be given

	Resource string   // the output member that holds the resource: RouteTable
	Noun     string   // the resource in a sentence: route table
	ID       string   // the resource's member that holds its id
	IDPrefix string   // what the ids of this kind of resource begin with
	Agree    []string // the members that input and resource must agree on for an answer to match
	Describe string   // the API action that lists this kind of resource: DescribeRouteTables

	Input, Output reflect.Type // the SDK's struct types
	create        call
	describe      call
}

// A call makes one request with generic values.
type call func(ctx context.Context, client *ec2.Client, input map[string]any) (output map[string]any, err error)

// Operations lists the operations that awsidem knows. Adding one is adding an entry.
func Operations() []Operation {
	return []Operation{
		declare(Operation{
			Name:     "CreateRouteTable",
			Summary:  "Create a route table for a VPC, exactly once",
			Required: []string{"VpcId"},
			Resource: "RouteTable", Noun: "route table", ID: "RouteTableId", IDPrefix: "rtb-",
			Agree:    []string{"VpcId"},
			Describe: "DescribeRouteTables",
		}, (*ec2.Client).CreateRouteTable, (*ec2.Client).DescribeRouteTables),
		declare(Operation{
			Name:     "CreateNetworkAcl",
			Summary:  "Create a network ACL in a VPC, exactly once",
			Required: []string{"VpcId"},
			Resource: "NetworkAcl", Noun: "network ACL", ID: "NetworkAclId", IDPrefix: "acl-",
			Agree:    []string{"VpcId"},
			Describe: "DescribeNetworkAcls",
		}, (*ec2.Client).CreateNetworkAcl, (*ec2.Client).DescribeNetworkAcls),
	}
}

// LookupOperation finds an operation by the name of its API action.
func LookupOperation(name string) (Operation, bool) {
	for _, op := range Operations() {
		if op.Name == name {
			return op, true
		}
	}
	return Operation{}, false
}

// Notes are what a skeleton of the operation's input tells beyond the SDK's types.
func (op Operation) Notes() shape.Notes {
	return shape.Notes{
		Required: op.Required,
		Enums:    map[reflect.Type][]string{reflect.TypeFor[types.ResourceType](): {op.ResourceType()}},
	}
}

// ResourceType is the kind of resource as tag specifications name it: route-table.
func (op Operation) ResourceType() string { return shape.FlagName(op.Resource) }

// id gives the id of a resource of the operation's kind, "" if it has none.
func (op Operation) id(resource map[string]any) string {
	id, _ := resource[op.ID].(string)
	if !strings.HasPrefix(id, op.IDPrefix) || id == op.IDPrefix {
		return ""
	}
	return id
}

// disagreement says how a resource is not what an intent asks for, "" if it is.
func (op Operation) disagreement(resource map[string]any, intent idem.Intent) string {
	for _, member := range op.Agree {
		if resource[member] != intent.Input[member] {
			return fmt.Sprintf("its %s is %q, not %q", member, resource[member], intent.Input[member])
		}
	}
	return ""
}

// A method is a method of the SDK's EC2 client.
type method[In, Out any] func(*ec2.Client, context.Context, *In, ...func(*ec2.Options)) (*Out, error)

// declare completes a declaration with what the client's methods say: the input and output types, and how to call them.
func declare[In, Out, DescribeIn, DescribeOut any](op Operation, create method[In, Out], describe method[DescribeIn, DescribeOut]) Operation {
	op.Input, op.Output = reflect.TypeFor[In](), reflect.TypeFor[Out]()
	op.create, op.describe = generic(create), generic(describe)
	return op
}

// generic makes of a method a call.
func generic[In, Out any](method method[In, Out]) call {
	return func(ctx context.Context, client *ec2.Client, input map[string]any) (map[string]any, error) {
		in := new(In)
		if err := shape.Decode(input, in); err != nil {
			return nil, err
		}
		out, err := method(client, ctx, in)
		if err != nil {
			return nil, err
		}
		return shape.Encode(out), nil
	}
}
