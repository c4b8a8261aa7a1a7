package awsec2

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

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
	state := ""
	for _, convention := range []func(name string) bool{
		func(name string) bool { return name == "State" },
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
