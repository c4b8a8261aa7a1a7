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
	if len(seen) != len(index) || !slices.Equal(OperationNames()[:2], []string{"CreateRouteTable", "CreateNetworkAcl"}) {
		t.Errorf("%d operations, %q first", len(seen), OperationNames()[:2])
	}
}

// The checks of TestDeclarations find each kind of mistake.
func TestWrongDeclarations(t *testing.T) {
	table, instances, association := declared("CreateRouteTable"), declared("RunInstances"), declared("AssociateClientVpnTargetNetwork")
	for name, c := range map[string]struct {
		from   declaration
		change func(*declaration)
		want   string
	}{
		"no method":                       {table, func(d *declaration) { d.create = "CreateRouteTable" }, "create is no method"},
		"no describe method":              {table, func(d *declaration) { d.describe = nil }, "describe is no method"},
		"no token":                        {table, func(d *declaration) { d.create = (*sdk).CreateVpc }, "no client token"},
		"a list of another resource":      {table, func(d *declaration) { d.describe = (*sdk).DescribeVpcs }, `the output has no "VpcId"`},
		"an answer without a list":        {table, func(d *declaration) { d.describe = (*sdk).DescribeVpcAttribute }, "lists nothing"},
		"no noun":                         {table, func(d *declaration) { d.noun = "" }, "no noun"},
		"a misspelt member":               {table, func(d *declaration) { d.agree = "VpcID" }, `the input has no "VpcID"`},
		"a member of the input only":      {table, func(d *declaration) { d.agree = "TagSpecifications" }, `no text "TagSpecifications"`},
		"a member of the resource only":   {table, func(d *declaration) { d.agree = "OwnerId" }, `the input has no "OwnerId"`},
		"a list to agree on":              {declared("CreateVpcEndpoint"), func(d *declaration) { d.agree = "SubnetIds" }, `no text "SubnetIds"`},
		"an unknown id":                   {table, func(d *declaration) { d.id = "TableId" }, `no id "TableId"`},
		"an unknown ids parameter":        {table, func(d *declaration) { d.ids = "Ids" }, `no ids parameter "Ids"`},
		"half of an id":                   {declared("CreateLaunchTemplateVersion"), func(d *declaration) { d.ids = "Versions" }, "1 ids parameters for 2 parts"},
		"an unknown parent":               {association, func(d *declaration) { d.parent = "VpcId" }, "Describe requires"},
		"no parent":                       {association, func(d *declaration) { d.parent = "" }, "Describe requires"},
		"a needless parent":               {table, func(d *declaration) { d.parent = "VpcId" }, "Describe requires"},
		"a count of one resource":         {table, func(d *declaration) { d.count = "VpcId" }, "a count, and one resource"},
		"an unknown count":                {instances, func(d *declaration) { d.count = "Min..MaxCount" }, `no number "Min"`},
		"a count that is no number":       {instances, func(d *declaration) { d.count = "ImageId" }, `no number "ImageId"`},
		"an unknown state":                {instances, func(d *declaration) { d.state = "State.Word" }, `no state "State.Word"`},
		"a state that is no text":         {instances, func(d *declaration) { d.state = "State.Code" }, `no state "State.Code"`},
		"an exception of no state":        {table, func(d *declaration) { d.states = "active=pending" }, "exceptions for states, and no state"},
		"an exception of another state":   {instances, func(d *declaration) { d.states = "activ=pending" }, `"activ" is no state`},
		"an exception without a meaning":  {instances, func(d *declaration) { d.states = "running=soon" }, `"soon" means nothing`},
		"an unknown resource type":        {table, func(d *declaration) { d.tagType = "table" }, `no resource type "table"`},
		"a resource type without tags":    {association, func(d *declaration) { d.tagType = "route-table" }, "a resource type, and no tags"},
		"a filter that there is not":      {declared("RequestSpotFleet"), func(d *declaration) { d.documented = byTag }, "Describe takes no filters"},
		"a default wait without a state":  {table, func(d *declaration) { d.wait = untilVisible }, "a default of --wait-for, and no state"},
		"a prefix of another resource":    {table, func(d *declaration) { d.prefix = "rtb" }, "ends in no hyphen"},
		"a code that is found in general": {table, func(d *declaration) { d.notFound = "InvalidRouteTableID.NotFound" }, "needless code"},
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

func declared(name string) declaration {
	op, _ := LookupOperation(name)
	return *op.declared
}

// problems returns the mistakes in a declaration.
func problems(d declaration) (all []string) {
	add := func(is bool, format string, args ...any) {
		if is {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	add(!isMethod(d.create), "create is no method of the SDK's client")
	add(!isMethod(d.describe), "describe is no method of the SDK's client")
	add(d.noun == "", "no noun")
	if len(all) > 0 {
		return all
	}
	if memberWhere(outputOf(d.describe), isStructures) == "" {
		return []string{"the Describe action lists nothing"}
	}
	op := d.operation("")
	describe, resource := inputOf(d.describe), op.listed.kind
	add(!strings.HasSuffix("-"+d.prefix, "-"), "the prefix %q ends in no hyphen", d.prefix)
	add(typeAt(op.tokenHolder(), "ClientToken") != reflect.TypeFor[*string](), "no client token")

	// The id, in the answers and in the requests of both actions.
	parts := strings.Split(op.ID, ":")
	add(len(parts) != len(op.listed.ids), "%d ids parameters for %d parts of an id", len(op.listed.ids), len(parts))
	for _, part := range parts {
		add(!isText(typeAt(resource, part)) && !isNumber(typeAt(resource, part)), "the resource has no id %q", part)
		add(!op.idsAlone && typeAt(op.answerKind(), part) != typeAt(resource, part), "the output has no %q", part)
	}
	for _, parameter := range op.listed.ids {
		found := typeAt(describe, parameter)
		add(found != reflect.TypeFor[*string]() && found != reflect.TypeFor[[]string]() && (parameter != "" || d.parent == ""), "Describe has no ids parameter %q", parameter)
	}
	required, err := validate(d.describe, nil)
	add(err != nil || !slices.Equal(required, slices.DeleteFunc([]string{d.parent}, func(s string) bool { return s == "" })) && d.ids == "", "Describe requires %q, and its parent is %q", required, d.parent)
	add(d.parent != "" && typeAt(op.Input, d.parent) != reflect.TypeFor[*string](), "the input has no parent %q", d.parent)

	for _, member := range op.Agree {
		in := typeAt(op.Input, member)
		add(in == nil, "the input has no %q", member)
		add(in != nil && !isText(in) || in != typeAt(resource, member) && in != typeAt(op.answerKind(), member), "the resource has no text %q", member)
	}
	add(d.count != "" && !op.Many, "a count, and one resource")
	for _, member := range strings.FieldsFunc(d.count, func(r rune) bool { return r == '|' || r == '.' }) {
		kind := typeAt(op.Input, member)
		add(!isNumber(kind) && (kind == nil || kind.Kind() != reflect.Slice), "the input has no number %q", member)
	}

	add(op.State != "" && !isText(typeAt(resource, op.State)), "the resource has no state %q", op.State)
	add(op.State == "" && d.states != "", "exceptions for states, and no state")
	add(op.State == "" && d.wait != untilUsable, "a default of --wait-for, and no state")
	for _, exception := range strings.Fields(d.states) {
		state, means, _ := strings.Cut(exception, "=")
		add(op.State != "" && !slices.ContainsFunc(statesOf(op), func(s string) bool { return strings.EqualFold(s, state) }), "%q is no state", state)
		add(!slices.Contains([]string{"pending", "available", "failed", "deleted"}, means), "%q means nothing", means)
	}

	add(d.documented != 0 && op.listed.filters == "", "Describe takes no filters")
	add(op.Taggable && typeAt(op.tokenHolder(), "TagSpecifications") != reflect.TypeFor[[]types.TagSpecification](), "it takes no tags")
	add(op.Taggable && op.listed.tags == "", "the resource shows no tags")
	add(op.Taggable && !slices.Contains(types.ResourceType("").Values(), types.ResourceType(op.ResourceType())), "no resource type %q for tags", op.ResourceType())
	add(!op.Taggable && d.tagType != "", "a resource type, and no tags")
	code := d.notFound
	op.declared.notFound = ""
	add(op.isNotFound(code), "needless code %q", code)
	return all
}

// typeAt returns the type at a path of member names, nil if there is none.
func typeAt(structure reflect.Type, path string) reflect.Type {
	for _, name := range strings.Split(path, ".") {
		if structure.Kind() == reflect.Pointer {
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
