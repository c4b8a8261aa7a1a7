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

// An Operation is an EC2 API action that creates a resource under a client token. Its parameters, its JSON input, its output and its
// skeletons come from the SDK's types; the table of declarations adds what the types do not say.
type Operation struct {
	Name     string   // the API action: CreateRouteTable
	Summary  string   // what the action does, in one line
	Required []string // the input members that must be given

	Resource string   // the output member that holds the resource: RouteTable
	Noun     string   // the resource in a sentence: route table
	ID       string   // the resource's member that holds its id
	IDPrefix string   // how the ids of this kind of resource begin
	Agree    []string // the members that must be the same in the input and in the resource
	Describe string   // the API action that lists this kind of resource: DescribeRouteTables

	Input, Output    reflect.Type // the SDK's struct types
	create, describe any          // the SDK's methods
}

// A declaration is what the SDK's types do not say of an operation.
type declaration struct {
	create   any      // the SDK's method that creates the resource
	describe any      // the SDK's method that lists such resources
	noun     string   // the resource in a sentence
	prefix   string   // how the resource's ids begin
	required []string // the input members that must be given
	agree    []string // the members that must be the same in the input and in the resource
}

// sdk is short, so that a declaration fits on a line.
type sdk = ec2.Client

// declarations has one entry for each operation. The compiler lays the table out in the binary: it costs nothing at the start.
var declarations = [...]declaration{
	{(*sdk).CreateRouteTable, (*sdk).DescribeRouteTables, "route table", "rtb-", []string{"VpcId"}, []string{"VpcId"}},
	{(*sdk).CreateNetworkAcl, (*sdk).DescribeNetworkAcls, "network ACL", "acl-", []string{"VpcId"}, []string{"VpcId"}},
}

// Operations returns all operations that awsidem knows.
func Operations() []Operation {
	operations := make([]Operation, len(declarations))
	for i, d := range declarations {
		operations[i] = d.operation()
	}
	return operations
}

// LookupOperation returns the operation with the name of an API action, and whether there is one. It builds no other operation.
func LookupOperation(name string) (Operation, bool) {
	for _, d := range declarations {
		if actionOf(d.create) == name {
			return d.operation(), true
		}
	}
	return Operation{}, false
}

// operation completes a declaration with what the SDK's types say.
func (d declaration) operation() Operation {
	resource := strings.TrimPrefix(actionOf(d.create), "Create")
	return Operation{
		Name:     actionOf(d.create),
		Summary:  fmt.Sprintf("Create a %s, exactly once", d.noun),
		Required: d.required,
		Resource: resource, Noun: d.noun, ID: resource + "Id", IDPrefix: d.prefix,
		Agree:    d.agree,
		Describe: actionOf(d.describe),
		Input:    inputOf(d.create), Output: outputOf(d.create), create: d.create, describe: d.describe,
	}
}

// Notes returns what a skeleton of the operation's input says beyond the SDK's types.
func (op Operation) Notes() shape.Notes {
	return shape.Notes{
		Required: op.Required,
		Enums:    map[reflect.Type][]string{reflect.TypeFor[types.ResourceType](): {op.ResourceType()}},
	}
}

// ResourceType returns the kind of resource as tag specifications name it: route-table.
func (op Operation) ResourceType() string { return shape.FlagName(op.Resource) }

// id returns the id of a resource of the operation's kind, "" if the resource has none.
func (op Operation) id(resource map[string]any) string {
	id, _ := resource[op.ID].(string)
	if !strings.HasPrefix(id, op.IDPrefix) || id == op.IDPrefix {
		return ""
	}
	return id
}

// disagreement returns how a resource differs from what an intent asks for, "" if it does not. It can't panic, whatever the members
// are: it runs after the resource was created.
func (op Operation) disagreement(resource map[string]any, intent idem.Intent) string {
	for _, member := range op.Agree {
		if !reflect.DeepEqual(resource[member], intent.Input[member]) {
			return fmt.Sprintf("its %s is %q, not %q", member, resource[member], intent.Input[member])
		}
	}
	return ""
}

// An SDK method is func(*ec2.Client, context.Context, *XInput, ...func(*ec2.Options)) (*XOutput, error). The table's test proves
// that each declared method is one.

func inputOf(method any) reflect.Type  { return reflect.TypeOf(method).In(2).Elem() }
func outputOf(method any) reflect.Type { return reflect.TypeOf(method).Out(0).Elem() }

// actionOf returns the API action of an SDK method: its input's type is named for the action.
func actionOf(method any) string { return strings.TrimSuffix(inputOf(method).Name(), "Input") }

// call calls an SDK method with generic values. A function value is called by reflection, and no method by its name, so that the
// linker still leaves out the operations that nothing refers to.
func call(ctx context.Context, method any, client *ec2.Client, input map[string]any) (map[string]any, error) {
	in := reflect.New(inputOf(method))
	if err := shape.Decode(input, in.Interface()); err != nil {
		return nil, err
	}
	results := reflect.ValueOf(method).Call([]reflect.Value{reflect.ValueOf(client), reflect.ValueOf(ctx), in})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	return shape.Encode(results[0].Interface()), nil
}
