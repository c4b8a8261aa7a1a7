package awsec2

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsidem/awsidem/pkg/shape"
)

// An Operation is an EC2 API action that creates resources under a client token. Its parameters, its JSON input, its output and its
// skeletons come from the SDK's types. The table in operations.go adds what the types do not say.
type Operation struct {
	Name    string // the API action: CreateRouteTable
	Group   string // what the operation is about, as a heading: Route tables and network ACLs
	Summary string // what the operation does, in one line

	Noun     string   // the resource in a sentence: route table
	Resource string   // the output member that holds the resource or the list of resources: RouteTable; "": the output itself
	ID       string   // the resource's member that holds its id; two members joined by a colon if only both together identify it
	IDPrefix string   // the beginning of the ids of this kind of resource; "" if AWS does not document it
	Many     bool     // one request can create several resources
	Agree    []string // the members, as paths, that must be the same in the input and in the resource, if the input has them
	State    string   // the path of the resource's state: State.Code; "" if the resource has no state
	Describe string   // the API action that lists this kind of resource: DescribeRouteTables

	Taggable bool   // the request can tag the resource, so that --ensure is possible
	Nested   string // the input member that holds ClientToken and TagSpecifications; "": the input itself

	Input, Output reflect.Type // the SDK's struct types
	idsAlone      bool         // the output member Resource lists ids, not resources
	listed        listed
	declared      declaration
}

// A listed is where the resources are in the answer of the Describe action, and how to ask for them.
type listed struct {
	kind    reflect.Type // of a resource
	list    string       // the output member with the list
	inner   string       // the member of the list's elements with the resources; "": the elements are the resources
	ids     []string     // the input members for the parts of an id; "" if there is none
	filters string       // the input member for filters; "" if there is none
	tags    string       // the resource's member with its tags; "" if there is none
}

// OperationNames returns the names of all operations, in the order of the table. It builds no operation.
func OperationNames() []string {
	names := make([]string, len(index))
	for i, entry := range index {
		names[i] = entry.name
	}
	return names
}

// A Group is the names of the operations about one thing.
type Group struct {
	Title string // a heading: Route tables and network ACLs
	Names []string
}

// Groups returns the names of all operations in their groups, in the order of the table. It builds no operation.
func Groups() []Group {
	var named []Group
	names := OperationNames()
	for _, g := range groups {
		n := len(g.operations)
		named = append(named, Group{g.title, names[:n:n]})
		names = names[n:]
	}
	return named
}

// SummaryOf returns the summary of the operation with a name, "" if there is none. It builds no operation.
func SummaryOf(name string) string {
	for _, entry := range index {
		if entry.name == name {
			return entry.summary
		}
	}
	return ""
}

// Operations returns all operations in the order of the table. A command that runs one operation uses [LookupOperation] instead.
func Operations() []Operation {
	var operations []Operation
	for _, g := range groups {
		for _, d := range g.operations {
			operations = append(operations, d.operation(g.title))
		}
	}
	return operations
}

// LookupOperation returns the operation with the name of an API action, and whether there is one. It builds no other operation.
func LookupOperation(name string) (Operation, bool) {
	i := 0
	for _, g := range groups {
		for _, d := range g.operations {
			if i < len(index) && index[i].name == name {
				return d.operation(g.title), true
			}
			i++
		}
	}
	return Operation{}, false
}

// operation completes a declaration with what the SDK's types say, by these conventions:
//
//   - The operation is named for the create method.
//   - The Describe answer has one list of structures. The resources are its elements, or are listed in its elements.
//   - A resource's id is the member that the ids parameter of the Describe action is named for.
//   - The create answer holds the resource in a member of the listed type, or the resources in a list; or it lists their ids; or it
//     is the resource itself.
//   - The resource's state is its member State or Status, or the one that ends in State, or that is named for its type.
func (d declaration) operation(group string) Operation {
	op := Operation{
		Name: actionOf(d.create), Group: group, Noun: d.noun, IDPrefix: d.prefix, Agree: strings.Fields(d.agree),
		Describe: actionOf(d.describe), Input: inputOf(d.create), Output: outputOf(d.create), declared: d,
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

// Notes returns what a skeleton of the operation's input says beyond the SDK's types.
func (op Operation) Notes() shape.Notes {
	notes := shape.Notes{Required: op.Required()}
	if op.Taggable {
		notes.Enums = map[reflect.Type][]string{reflect.TypeFor[types.ResourceType](): {op.ResourceType()}}
	}
	return notes
}

// FilterFlag returns the AWS CLI's flag for filters of the Describe action: --filters; "" if the action takes no filters.
func (op Operation) FilterFlag() string {
	if op.listed.filters == "" {
		return ""
	}
	return "--" + shape.FlagName(op.listed.filters)
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

// WaitsUntilUsable reports the default of --wait-for: whether --wait waits until the resource is usable, and not only until it is
// visible. A resource without a state is usable as soon as it is visible.
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
