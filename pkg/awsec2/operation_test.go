package awsec2

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Everything that a declaration names, and everything that the conventions find, exists in the SDK's types.
func TestDeclarations(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range groups {
		for _, d := range g.operations {
			for _, problem := range problems(d) {
				t.Errorf("%s: %s", actionOf(d.create), problem)
			}
			if seen[actionOf(d.create)] {
				t.Errorf("%s is declared twice", actionOf(d.create))
			}
			seen[actionOf(d.create)] = true
		}
	}
	if first := OperationNames()[:2]; !slices.Equal(first, []string{"CreateRouteTable", "CreateNetworkAcl"}) { // the help begins with them
		t.Errorf("the table begins with %q", first)
	}
}

// The checks of TestDeclarations find each kind of mistake.
func TestWrongDeclarations(t *testing.T) {
	table, instances, association := declared(t, "CreateRouteTable"), declared(t, "RunInstances"), declared(t, "AssociateClientVpnTargetNetwork")
	for name, c := range map[string]struct {
		from   declaration
		change func(*declaration)
		want   string
	}{
		"no method":                       {table, func(d *declaration) { d.create = "CreateRouteTable" }, "create: not a method"},
		"no describe method":              {table, func(d *declaration) { d.describe = nil }, "describe: not a method"},
		"no token":                        {table, func(d *declaration) { d.create = (*sdk).CreateVpc }, "create: the input has no ClientToken"},
		"a list of another resource":      {table, func(d *declaration) { d.describe = (*sdk).DescribeVpcs }, `id: the create's output has no "VpcId"`},
		"an answer without a list":        {table, func(d *declaration) { d.describe = (*sdk).DescribeVpcAttribute }, "describe: the output has no list of structures"},
		"no noun":                         {table, func(d *declaration) { d.noun = "" }, "noun: it is empty"},
		"a misspelt member":               {table, func(d *declaration) { d.agree = "VpcID" }, `agree: the create's input has no "VpcID"`},
		"a member of the input only":      {table, func(d *declaration) { d.agree = "TagSpecifications" }, `agree: "TagSpecifications" is not a string`},
		"a member of the resource only":   {table, func(d *declaration) { d.agree = "OwnerId" }, `agree: the create's input has no "OwnerId"`},
		"a list to agree on":              {declared(t, "CreateVpcEndpoint"), func(d *declaration) { d.agree = "SubnetIds" }, `agree: "SubnetIds" is not a string`},
		"an unknown id":                   {table, func(d *declaration) { d.id = "TableId" }, `id: the resource, as Describe lists it, has no string or number "TableId"`},
		"an unknown ids parameter":        {table, func(d *declaration) { d.ids = "Ids" }, `ids: the Describe input has no string or list of strings "Ids"`},
		"half of an id":                   {declared(t, "CreateLaunchTemplateVersion"), func(d *declaration) { d.ids = "Versions" }, "ids: 1 in the Describe input, and 2 parts in an id"},
		"an unknown parent":               {association, func(d *declaration) { d.parent = "VpcId" }, "parent: the Describe input requires"},
		"no parent":                       {association, func(d *declaration) { d.parent = "" }, "parent: the Describe input requires"},
		"a needless parent":               {table, func(d *declaration) { d.parent = "VpcId" }, "parent: the Describe input requires"},
		"a count of one resource":         {table, func(d *declaration) { d.count = "VpcId" }, "count: the request makes one resource"},
		"an unknown count":                {instances, func(d *declaration) { d.count = "Min..MaxCount" }, `count: the create's input has no number or list "Min"`},
		"a count that is no number":       {instances, func(d *declaration) { d.count = "ImageId" }, `count: the create's input has no number or list "ImageId"`},
		"an unknown state":                {instances, func(d *declaration) { d.state = "State.Word" }, `state: the resource has no string "State.Word"`},
		"a state that is no text":         {instances, func(d *declaration) { d.state = "State.Code" }, `state: the resource has no string "State.Code"`},
		"an exception of no state":        {table, func(d *declaration) { d.states = "active=pending" }, "states: the resource has no state"},
		"an exception of another state":   {instances, func(d *declaration) { d.states = "activ=pending" }, `states: the resource has no state "activ"`},
		"an exception without a meaning":  {instances, func(d *declaration) { d.states = "running=soon" }, `states: unknown meaning "soon"`},
		"an unknown resource type":        {table, func(d *declaration) { d.tagType = "table" }, `tagType: tags have no resource type "table"`},
		"a resource type without tags":    {association, func(d *declaration) { d.tagType = "route-table" }, "tagType: the create's input has no TagSpecifications"},
		"a filter that there is not":      {declared(t, "RequestSpotFleet"), func(d *declaration) { d.documented = byTag }, "documented: the Describe input has no filters"},
		"a default wait without a state":  {table, func(d *declaration) { d.wait = untilVisible }, "wait: the resource has no state"},
		"a prefix of another resource":    {table, func(d *declaration) { d.prefix = "rtb" }, "prefix: \"rtb\" does not end in a hyphen"},
		"a code that is found in general": {table, func(d *declaration) { d.notFound = "InvalidRouteTableID.NotFound" }, "notFound: awsidem finds"},
	} {
		t.Run(name, func(t *testing.T) {
			d := c.from
			c.change(&d)
			if got := problems(d); !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, c.want) }) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func declared(t *testing.T, name string) declaration {
	t.Helper()
	return *lookup(t, name).declared
}

// lookup returns an operation of the table.
func lookup(t *testing.T, name string) Operation {
	t.Helper()
	op, ok := LookupOperation(name)
	if !ok {
		t.Fatalf("the table in operations.go has no %s, which this test needs", name)
	}
	return op
}

// problems returns the mistakes in a declaration. A problem of one field begins with the field's name.
func problems(d declaration) (all []string) {
	add := func(is bool, format string, args ...any) {
		if is {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	add(!isMethod(d.create), "create: not a method of the SDK's client that calls an API action")
	add(!isMethod(d.describe), "describe: not a method of the SDK's client that calls an API action")
	add(d.noun == "", "noun: it is empty")
	if len(all) > 0 {
		return all
	}
	if memberWhere(outputOf(d.describe), isStructures) == "" {
		return []string{"describe: the output has no list of structures"}
	}
	op := d.operation("")
	describe, resource := inputOf(d.describe), op.listed.kind
	add(!strings.HasSuffix("-"+d.prefix, "-"), "prefix: %q does not end in a hyphen", d.prefix)
	add(typeAt(op.tokenHolder(), "ClientToken") != reflect.TypeFor[*string](), "create: the input has no ClientToken, so the operation can't be added")

	// The id, in the answers and in the requests of both actions.
	parts := strings.Split(op.ID, ":")
	add(len(parts) != len(op.listed.ids), "ids: %d in the Describe input, and %d parts in an id", len(op.listed.ids), len(parts))
	for _, part := range parts {
		add(!isText(typeAt(resource, part)) && !isNumber(typeAt(resource, part)), "id: the resource, as Describe lists it, has no string or number %q", part)
		add(!op.idsAlone && typeAt(op.answerKind(), part) != typeAt(resource, part), "id: the create's output has no %q", part)
	}
	for _, parameter := range op.listed.ids {
		found := typeAt(describe, parameter)
		add(found != reflect.TypeFor[*string]() && found != reflect.TypeFor[[]string]() && (parameter != "" || d.parent == ""), "ids: the Describe input has no string or list of strings %q", parameter)
	}
	required, err := validate(d.describe, nil)
	add(err != nil || !slices.Equal(required, slices.DeleteFunc([]string{d.parent}, func(s string) bool { return s == "" })) && d.ids == "", "parent: the Describe input requires %q, and parent is %q", required, d.parent)
	add(d.parent != "" && typeAt(op.Input, d.parent) != reflect.TypeFor[*string](), "parent: the create's input has no string %q", d.parent)

	for _, member := range op.Agree {
		in := typeAt(op.Input, member)
		add(in == nil, "agree: the create's input has no %q", member)
		add(in != nil && !isText(in), "agree: %q is not a string: only strings are compared", member)
		add(isText(in) && in != typeAt(resource, member) && in != typeAt(op.answerKind(), member), "agree: no resource has a %q of the input's type", member)
	}
	add(d.count != "" && !op.Many, "count: the request makes one resource")
	for _, member := range strings.FieldsFunc(d.count, func(r rune) bool { return r == '|' || r == '.' }) {
		kind := typeAt(op.Input, member)
		add(!isNumber(kind) && (kind == nil || kind.Kind() != reflect.Slice), "count: the create's input has no number or list %q", member)
	}

	add(op.State != "" && !isText(typeAt(resource, op.State)), "state: the resource has no string %q", op.State)
	add(op.State == "" && d.states != "", "states: the resource has no state")
	add(op.State == "" && d.wait != untilUsable, "wait: the resource has no state")
	for _, exception := range strings.Fields(d.states) {
		state, means, _ := strings.Cut(exception, "=")
		add(op.State != "" && !slices.ContainsFunc(statesOf(op), func(s string) bool { return strings.EqualFold(s, state) }), "states: the resource has no state %q", state)
		add(!slices.Contains([]string{"pending", "available", "failed", "deleted"}, means), "states: unknown meaning %q: want pending, available, failed or deleted", means)
	}

	add(d.documented != 0 && op.listed.filters == "", "documented: the Describe input has no filters")
	add(op.Taggable && typeAt(op.tokenHolder(), "TagSpecifications") != reflect.TypeFor[[]types.TagSpecification](), "create: TagSpecifications is not a list of tag specifications")
	add(op.Taggable && op.listed.tags == "", "describe: the resource has no list of tags")
	add(op.Taggable && !slices.Contains(types.ResourceType("").Values(), types.ResourceType(op.ResourceType())), "tagType: tags have no resource type %q", op.ResourceType())
	add(!op.Taggable && d.tagType != "", "tagType: the create's input has no TagSpecifications")
	code := d.notFound
	op.declared.notFound = ""
	add(op.isNotFound(code), "notFound: awsidem finds %q without it", code)
	return all
}

// typeAt returns the type at a path of member names, nil if there is none. The path goes through pointers and through types of the given kinds.
func typeAt(structure reflect.Type, path string, through ...reflect.Kind) reflect.Type {
	for _, name := range strings.Split(path, ".") {
		for structure.Kind() == reflect.Pointer || slices.Contains(through, structure.Kind()) {
			structure = structure.Elem()
		}
		f, ok := structure.FieldByName(name)
		if !ok {
			return nil
		}
		structure = f.Type
	}
	return structure
}

// isText reports whether a type is a string or an enum of the SDK.
func isText(t reflect.Type) bool {
	return t != nil && (t.Kind() == reflect.String || t == reflect.TypeFor[*string]())
}

func isNumber(t reflect.Type) bool {
	return t == reflect.TypeFor[*int32]() || t == reflect.TypeFor[*int64]()
}

// isMethod reports whether a value is a method of the SDK's client that calls an API action.
func isMethod(method any) bool {
	t := reflect.TypeOf(method)
	return t != nil && t.Kind() == reflect.Func && t.NumIn() == 4 && t.NumOut() == 2 &&
		t.In(0) == reflect.TypeFor[*ec2.Client]() && t.In(1) == reflect.TypeFor[context.Context]() && t.In(2).Kind() == reflect.Pointer &&
		t.Out(0).Kind() == reflect.Pointer && t.Out(1) == reflect.TypeFor[error]()
}

// Members that hold lists are compared, and the comparison can't panic: it runs after the resource was made.
func TestDisagreementOfLists(t *testing.T) {
	op := Operation{Agree: []string{"SubnetIds"}}
	intent := idem.Intent{Input: map[string]any{"SubnetIds": []any{"subnet-1"}}}
	kind := reflect.TypeFor[types.VpcEndpoint]()
	if got := op.disagreement(map[string]any{"SubnetIds": []any{"subnet-1"}}, kind, intent); got != "" {
		t.Error(got)
	}
	for _, other := range []any{[]any{"subnet-2"}, "subnet-1", nil, map[string]any{}} {
		if got := op.disagreement(map[string]any{"SubnetIds": other}, kind, intent); got == "" {
			t.Errorf("%v: no disagreement", other)
		}
	}
}
