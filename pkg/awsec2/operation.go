package awsec2

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsidem/awsidem/pkg/shape"
)

// An Operation is an EC2 API action that makes resources under a client token. Its parameters, its JSON input, its output and its
// skeletons come from the SDK's types. The table in operations.go adds the facts that the types do not show.
type Operation struct {
	Name    string // the API action: CreateRouteTable
	Group   string // the heading of the operation in the help: Route tables and network ACLs
	Summary string // what the operation does, in one line

	Noun     string   // the resource in a sentence: route table
	Resource string   // the output member that holds the resource or the list of resources: RouteTable; "" if the output is the resource
	ID       string   // the resource's member that holds its id; two members joined by a colon if only both together identify the resource
	IDPrefix string   // how the ids of this kind of resource begin; "" if AWS does not document it
	Many     bool     // one request can make several resources
	Agree    []string // the members, as paths, that must have the same value in the input and in the resource, if the input has them
	State    string   // the path of the resource's state: State.Code; "" if the resource has no state
	Describe string   // the API action that lists this kind of resource: DescribeRouteTables

	Taggable bool   // the request can tag the resource, so that --ensure is possible
	Nested   string // the input member that holds ClientToken and TagSpecifications; "" if the input itself has them

	Input, Output reflect.Type // the SDK's struct types
	idsAlone      bool         // the output member Resource lists ids, not resources
	listed        *listed
	declared      *declaration // a row of the table
}

// A listed has the members of the Describe action's answer that hold the resources, and the members of its input that select them.
type listed struct {
	kind    reflect.Type // the SDK's type of a resource
	list    string       // the output member with the list
	inner   string       // the member of the list's elements that lists the resources; "" if the elements are the resources
	ids     []string     // the input members for the parts of an id; "" if there is none
	filters string       // the input member for filters; "" if there is none
	tags    string       // the resource's member with its tags; "" if there is none
}

// OperationNames returns the names of all operations, in the order of the table. It is faster than [Operations], because it does not read the
// SDK's types.
func OperationNames() []string {
	names := make([]string, len(index))
	for i, entry := range index {
		names[i] = entry.name
	}
	return names
}

// Commands returns the AWS CLI's commands of all operations, such as create-route-table, in the order of the table. Like [OperationNames], it
// does not read the SDK's types.
func Commands() []string {
	commands := make([]string, len(index))
	for i, entry := range index {
		commands[i] = entry.command
	}
	return commands
}

// OfCommand returns the name and the summary of the operation that a command of the AWS CLI calls, and whether there is one. It does not read
// the SDK's types.
func OfCommand(command string) (name, summary string, ok bool) {
	for _, entry := range index {
		if entry.command == command {
			return entry.name, entry.summary, true
		}
	}
	return "", "", false
}

// A Group lists the commands of the operations under one heading of the help.
type Group struct {
	Title    string // a heading: Route tables and network ACLs
	Commands []string
}

// Groups returns the commands of all operations in their groups, in the order of the table. It does not read the SDK's types.
func Groups() []Group {
	var named []Group
	commands := Commands()
	for _, g := range groups {
		n := len(g.operations)
		named = append(named, Group{g.title, commands[:n:n]})
		commands = commands[n:]
	}
	return named
}

// Operations returns all operations in the order of the table. A command that runs one operation uses [LookupOperation] instead.
func Operations() []Operation {
	var operations []Operation
	for _, g := range groups {
		for i := range g.operations {
			operations = append(operations, g.operations[i].operation(g.title))
		}
	}
	return operations
}

// LookupOperation returns the operation of an API action, such as CreateRouteTable, and reports whether there is one. It reads the SDK's
// types of that operation only.
func LookupOperation(name string) (Operation, bool) {
	n := 0
	for _, g := range groups {
		for i := range g.operations {
			if n < len(index) && index[n].name == name {
				return g.operations[i].operation(g.title), true
			}
			n++
		}
	}
	return Operation{}, false
}

// operation completes a declaration from the SDK's types, by these conventions:
//
//   - The operation is named for the create method.
//   - The Describe answer has one list of structures. The resources are its elements, or are listed in its elements.
//   - A resource's id is the member that the ids parameter of the Describe action is named for.
//   - The create answer has the resource in a member of the listed type, or has a list of the resources or of their ids, or is the resource.
//   - The resource's state is its member State or Status, or the member whose name ends in State, or is its type's name and Status.
func (d *declaration) operation(group string) Operation {
	op := Operation{
		Name: actionOf(d.create), Group: group, Noun: d.noun, IDPrefix: d.prefix, Agree: strings.Fields(d.agree),
		Describe: actionOf(d.describe), Input: inputOf(d.create), Output: outputOf(d.create), listed: &listed{}, declared: d,
	}
	if !hasMember(op.Input, "ClientToken") {
		op.Nested = memberWhere(op.Input, func(f reflect.StructField) bool {
			return f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct && hasMember(f.Type.Elem(), "ClientToken")
		})
	}
	op.Taggable = hasMember(op.tokenHolder(), "TagSpecifications")
	op.findListed()
	op.findResource()
	op.State = d.state
	if op.State == "" {
		op.State = stateMember(op.listed.kind)
	}
	op.Summary = op.summary()
	return op
}

// Notes returns the facts about the operation's input that a skeleton needs and that the SDK's types do not have.
func (op Operation) Notes() shape.Notes {
	notes := shape.Notes{Required: op.Required()}
	if op.Taggable {
		notes.Enums = map[reflect.Type][]string{reflect.TypeFor[types.ResourceType](): {op.ResourceType()}}
	}
	return notes
}

// ResourceType returns the kind of resource as tag specifications name it: route-table.
func (op Operation) ResourceType() string {
	if op.declared.tagType != "" {
		return op.declared.tagType
	}
	return shape.FlagName(strings.TrimSuffix(op.ID, "Id"))
}

// IDPath returns the path of the id in the output, as --query takes it: RouteTable.RouteTableId, Instances[].InstanceId.
func (op Operation) IDPath() string {
	id, _, _ := strings.Cut(op.ID, ":")
	switch {
	case op.Resource == "":
		return id
	case op.idsAlone:
		return op.Resource + "[]"
	case op.Many:
		return op.Resource + "[]." + id
	}
	return op.Resource + "." + id
}

// WaitsUntilUsable reports whether --wait waits, by default, until the resource is usable. If not, --wait waits until the resource is
// visible. If the resource has no state, WaitsUntilUsable returns false: the resource is usable as soon as it is visible.
func (op Operation) WaitsUntilUsable() bool { return op.State != "" && op.declared.wait == untilUsable }

// summary returns what the operation does, in one line.
func (op Operation) summary() string {
	verb := "Create"
	for _, other := range []string{"Allocate", "Copy", "Provision", "Purchase", "Run"} {
		if strings.HasPrefix(op.Name, other) {
			verb = other
		}
	}
	switch {
	case op.Many && strings.HasSuffix(op.Noun, "y"):
		return verb + " " + strings.TrimSuffix(op.Noun, "y") + "ies, exactly once"
	case op.Many:
		return verb + " " + op.Noun + "s, exactly once"
	case strings.ContainsAny(op.Noun[:1], "aeiouEI") || strings.HasPrefix(op.Noun, "FPGA"):
		return verb + " an " + op.Noun + ", exactly once"
	}
	return verb + " a " + op.Noun + ", exactly once"
}
