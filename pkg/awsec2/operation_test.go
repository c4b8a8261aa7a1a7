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

// Everything that a declaration names exists in the SDK's types.
func TestDeclarations(t *testing.T) {
	for _, d := range declarations {
		for _, problem := range problems(d) {
			t.Errorf("%s: %s", actionOf(d.create), problem)
		}
	}
}

// The check of the declarations finds each mistake.
func TestWrongDeclarations(t *testing.T) {
	good := declarations[0]
	for name, c := range map[string]struct {
		change func(*declaration)
		want   string
	}{
		"no method":                  {func(d *declaration) { d.create = "CreateRouteTable" }, "create is no method"},
		"no describe method":         {func(d *declaration) { d.describe = nil }, "describe is no method"},
		"no token":                   {func(d *declaration) { d.create = (*sdk).CreateVpc }, "no client token"},
		"a list of another resource": {func(d *declaration) { d.describe = (*sdk).DescribeVpcs }, "no list of"},
		"an unknown member":          {func(d *declaration) { d.agree = []string{"VpcID"} }, `the input has no "VpcID"`},
		"a member of the input only": {func(d *declaration) { d.agree = []string{"TagSpecifications"} }, `the resource has no "TagSpecifications"`},
		"no noun":                    {func(d *declaration) { d.noun = "" }, "no noun"},
		"an unknown required member": {func(d *declaration) { d.required = []string{"Vpc"} }, `the input has no "Vpc"`},
	} {
		t.Run(name, func(t *testing.T) {
			d := good
			c.change(&d)
			if got := problems(d); !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, c.want) }) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// problems returns what a declaration names and the SDK's types do not have.
func problems(d declaration) (all []string) {
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if !isMethod(d.create) {
		add("create is no method of the SDK's client")
	}
	if !isMethod(d.describe) {
		add("describe is no method of the SDK's client")
	}
	if len(all) > 0 {
		return all
	}
	op := d.operation()
	if d.noun == "" {
		add("no noun")
	}
	if !hasMember[*string](op.Input, "ClientToken") {
		add("no client token")
	}
	resource, ok := op.Output.FieldByName(op.Resource)
	if !ok || resource.Type.Kind() != reflect.Pointer {
		add("the output has no resource %q", op.Resource)
		return all
	}
	if !hasMember[*string](resource.Type.Elem(), op.ID) {
		add("the resource has no id %q", op.ID)
	}
	for _, member := range op.Required {
		if _, ok := op.Input.FieldByName(member); !ok {
			add("the input has no %q", member)
		}
	}
	for _, member := range op.Agree {
		in, ok := op.Input.FieldByName(member)
		if !ok {
			add("the input has no %q", member)
		}
		if out, ok := resource.Type.Elem().FieldByName(member); !ok {
			add("the resource has no %q", member)
		} else if in.Type != out.Type {
			add("%q is a %s in the input and a %s in the resource", member, in.Type, out.Type)
		}
	}
	describeInput, describeOutput := inputOf(d.describe), outputOf(d.describe)
	list, ok := describeOutput.FieldByName(op.Resource + "s")
	if !ok || list.Type != reflect.SliceOf(resource.Type.Elem()) {
		add("the Describe answer has no list of %ss", op.Resource)
	}
	if !hasMember[[]string](describeInput, op.ID+"s") {
		add("Describe takes no %qs", op.ID)
	}
	if !hasMember[[]types.Filter](describeInput, "Filters") {
		add("Describe takes no filters")
	}
	if !hasMember[*string](describeOutput, "NextToken") {
		add("Describe has no pages")
	}
	if !slices.Contains(types.ResourceType("").Values(), types.ResourceType(op.ResourceType())) {
		add("no resource type %q for tags", op.ResourceType())
	}
	if !hasMember[[]types.Tag](resource.Type.Elem(), "Tags") || !hasMember[[]types.TagSpecification](op.Input, "TagSpecifications") {
		add("it takes no tags")
	}
	return all
}

// isMethod reports whether a value is a method of the SDK's client that calls an API action.
func isMethod(method any) bool {
	t := reflect.TypeOf(method)
	return t != nil && t.Kind() == reflect.Func && t.NumIn() == 4 && t.NumOut() == 2 &&
		t.In(0) == reflect.TypeFor[*ec2.Client]() && t.In(1) == reflect.TypeFor[context.Context]() && t.In(2).Kind() == reflect.Pointer &&
		t.Out(0).Kind() == reflect.Pointer && t.Out(1) == reflect.TypeFor[error]()
}

func hasMember[T any](structure reflect.Type, name string) bool {
	field, ok := structure.FieldByName(name)
	return ok && field.Type == reflect.TypeFor[T]()
}

// Members that hold lists are compared, and the comparison can't panic: it runs after the resource was created.
func TestDisagreementOfLists(t *testing.T) {
	op := Operation{Agree: []string{"SubnetIds"}}
	intent := idem.Intent{Input: map[string]any{"SubnetIds": []any{"subnet-1"}}}
	if got := op.disagreement(map[string]any{"SubnetIds": []any{"subnet-1"}}, intent); got != "" {
		t.Error(got)
	}
	for _, other := range []any{[]any{"subnet-2"}, "subnet-1", nil, map[string]any{}} {
		if got := op.disagreement(map[string]any{"SubnetIds": other}, intent); got == "" {
			t.Errorf("%v: no disagreement", other)
		}
	}
}
