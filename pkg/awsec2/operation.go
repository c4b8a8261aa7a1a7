package awsec2

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsidem/awsidem/pkg/shape"
)

// An Operation is an EC2 API action that makes resources under a client token. Its parameters, its JSON input, its output and its
// skeletons come from the SDK's types; a line of the table in operations.go adds what the types do not say.
type Operation struct {
	Name    string // the API action: CreateRouteTable
	Group   string // what the operation is about, as a heading: Route tables and network ACLs
	Summary string // what the operation does, in one line

	Noun     string   // the resource in a sentence: route table
	Resource string   // the output member that holds the resource or the list of resources: RouteTable; "": the output itself
	ID       string   // the resource's member that holds its id; two members joined by a colon if only both together identify it
	IDPrefix string   // how the ids of this kind of resource begin; "" if AWS does not document it
	Many     bool     // one request makes several resources
	Agree    []string // the members that must be the same in the input and in the resource, if the input has them
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
	var names []string
	for _, g := range groups {
		for _, d := range g.operations {
			names = append(names, actionOf(d.create))
		}
	}
	return names
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
	for _, g := range groups {
		for _, d := range g.operations {
			if actionOf(d.create) == name {
				return d.operation(g.title), true
			}
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

// tokenHolder returns the structure that has the members ClientToken and TagSpecifications.
func (op *Operation) tokenHolder() reflect.Type {
	if f, ok := op.Input.FieldByName(op.Nested); ok {
		return f.Type.Elem()
	}
	return op.Input
}

// findListed finds out how the Describe action lists the resources.
func (op *Operation) findListed() {
	input, output := inputOf(op.declared.describe), outputOf(op.declared.describe)
	op.listed.list = memberWhere(output, isStructures)
	op.listed.kind = elementOf(output, op.listed.list)
	op.ID = op.declared.id
	if op.ID == "" {
		op.ID = idOf(input, op.listed.kind)
	}
	if op.ID == "" { // as a Reservation, which lists Instances
		element := op.listed.kind
		op.listed.inner = memberWhere(element, func(f reflect.StructField) bool { return isStructures(f) && idOf(input, f.Type.Elem()) != "" })
		op.listed.kind = elementOf(element, op.listed.inner)
		op.ID = idOf(input, op.listed.kind)
	}
	op.listed.ids = strings.Split(op.declared.ids, ":")
	if op.declared.ids == "" {
		op.listed.ids[0] = memberWhere(input, func(f reflect.StructField) bool { return op.ID == f.Name || op.ID == singular(f.Name) })
	}
	op.listed.filters = memberWhere(input, func(f reflect.StructField) bool { return f.Type == reflect.TypeFor[[]types.Filter]() })
	op.listed.tags = memberWhere(op.listed.kind, func(f reflect.StructField) bool { return f.Type == reflect.TypeFor[[]types.Tag]() })
}

// findResource finds the resource in the create action's output.
func (op *Operation) findResource() {
	resource := memberWhere(op.Output, func(f reflect.StructField) bool { return f.Type == reflect.PointerTo(op.listed.kind) })
	if resource != "" {
		op.Resource = resource
		return
	}
	resources := memberWhere(op.Output, func(f reflect.StructField) bool { return f.Type == reflect.SliceOf(op.listed.kind) })
	ids := memberWhere(op.Output, func(f reflect.StructField) bool {
		return f.Type == reflect.TypeFor[[]string]() && singular(f.Name) == op.ID
	})
	others := memberWhere(op.Output, func(f reflect.StructField) bool { return isStructures(f) && hasMember(f.Type.Elem(), op.ID) })
	switch {
	case resources != "":
		op.Resource, op.Many = resources, true
	case ids != "":
		op.Resource, op.Many, op.idsAlone = ids, true, true
	case !hasMember(op.Output, op.ID) && others != "":
		op.Resource, op.Many = others, true
	}
}

// idOf returns the member of a resource that the ids parameter of a Describe input is named for; "" if there is none.
func idOf(input, resource reflect.Type) string {
	for _, list := range []bool{true, false} {
		parameter := memberWhere(input, func(f reflect.StructField) bool {
			return (f.Type == reflect.TypeFor[[]string]()) == list && strings.HasSuffix(singular(f.Name), "Id") && hasMember(resource, singular(f.Name))
		})
		if parameter != "" {
			return singular(parameter)
		}
	}
	return ""
}

// stateMember returns the path of a resource's state, "" if it has none.
func stateMember(resource reflect.Type) string {
	state := memberWhere(resource, func(f reflect.StructField) bool { return f.Name == "State" })
	for _, convention := range []func(name string) bool{
		func(name string) bool { return name == "Status" },
		func(name string) bool { return strings.HasSuffix(name, "State") },
		func(name string) bool { return name == resource.Name()+"Status" },
	} {
		if state == "" {
			state = memberWhere(resource, func(f reflect.StructField) bool { return convention(f.Name) })
		}
	}
	f, ok := resource.FieldByName(state)
	if !ok || f.Type.Kind() != reflect.Pointer || f.Type.Elem().Kind() != reflect.Struct {
		return state
	}
	if hasMember(f.Type.Elem(), "Code") && !hasMember(f.Type.Elem(), "Name") {
		return state + ".Code"
	}
	return state + ".Name" // an instance's Code is a number
}

// Notes returns what a skeleton of the operation's input says beyond the SDK's types.
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

// singular returns the member name of one element of a list: HostId of HostIds and HostIdSet.
func singular(list string) string { return strings.TrimSuffix(strings.TrimSuffix(list, "Set"), "s") }

// memberWhere returns the name of the first member of a structure for which is returns true; "" if there is none.
func memberWhere(structure reflect.Type, is func(reflect.StructField) bool) string {
	for i := range structure.NumField() {
		if f := structure.Field(i); f.IsExported() && is(f) {
			return f.Name
		}
	}
	return ""
}

func hasMember(structure reflect.Type, name string) bool {
	_, ok := structure.FieldByName(name)
	return ok
}

// isStructures reports whether a member is a list of structures.
func isStructures(f reflect.StructField) bool {
	return f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct
}

// elementOf returns the type of the elements of a list.
func elementOf(structure reflect.Type, list string) reflect.Type {
	f, ok := structure.FieldByName(list)
	if !ok {
		return reflect.TypeFor[struct{}]()
	}
	return f.Type.Elem()
}
