package awsec2

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// resourcesIn returns the resources in an answer of the create action. If the answer lists ids, each resource has its id and nothing else.
func (op Operation) resourcesIn(output map[string]any) []map[string]any {
	if op.Resource == "" {
		return []map[string]any{output}
	}
	if !op.Many {
		resource, _ := output[op.Resource].(map[string]any)
		return []map[string]any{resource}
	}
	list, _ := output[op.Resource].([]any)
	resources := make([]map[string]any, len(list))
	for i, element := range list {
		resources[i], _ = element.(map[string]any)
		if op.idsAlone {
			resources[i] = map[string]any{op.ID: element}
		}
	}
	return resources
}

// asOutput returns the answer of the create action for resources that the Describe action lists.
func (op Operation) asOutput(resources []map[string]any, token string) map[string]any {
	output := map[string]any{}
	switch {
	case op.Resource == "":
		output = project(resources[0], op.listed.kind, op.Output)
	case !op.Many:
		output[op.Resource] = resources[0]
	default:
		if outer, ok := resources[0][op.listed.list].(map[string]any); ok && op.listed.inner != "" { // a reservation
			output = project(outer, elementOf(outputOf(op.declared.describe), op.listed.list), op.Output)
		}
		list := make([]any, len(resources))
		for i, resource := range resources {
			list[i] = resource[op.ID]
			if !op.idsAlone {
				list[i] = project(resource, op.listed.kind, elementOf(op.Output, op.Resource))
			}
		}
		output[op.Resource] = list
	}
	output["ClientToken"] = token
	return output
}

// EchoesToken reports whether the answer of the operation has a client token. If the answer has none, the AWS CLI prints none.
func (op Operation) EchoesToken() bool { return hasMember(op.Output, "ClientToken") }

// project returns the members of a structure of the type from that the type to has with the same type.
func project(structure map[string]any, from, to reflect.Type) map[string]any {
	projected := make(map[string]any, len(structure))
	for _, member := range shape.Members(to) {
		value, given := structure[member.Name]
		if original, ok := from.FieldByName(member.Name); ok && given && original.Type == member.Type {
			projected[member.Name] = value
		}
	}
	return projected
}

// id returns the id of a resource of the operation's kind, "" if the resource has none.
func (op Operation) id(resource map[string]any) string {
	var parts []string
	for _, member := range strings.Split(op.ID, ":") {
		switch part := resource[member].(type) {
		case string:
			parts = append(parts, part)
		case float64:
			parts = append(parts, strconv.FormatFloat(part, 'f', -1, 64))
		default:
			return ""
		}
	}
	id := strings.Join(parts, ":")
	if !strings.HasPrefix(id, op.IDPrefix) || id == op.IDPrefix {
		return ""
	}
	return id
}

// disagreement returns how a resource differs from what an intent asks for, "" if it does not. It compares the members that kind, the
// type of the resource, has. It can't panic, whatever the members are, because it runs after the resource was created.
func (op Operation) disagreement(resource map[string]any, kind reflect.Type, intent idem.Intent) string {
	for _, member := range op.Agree {
		name, _, _ := strings.Cut(member, ".")
		is, asked := at(resource, member), at(intent.Input, member)
		switch {
		case asked == nil, !hasMember(kind, name), reflect.DeepEqual(is, asked):
		case is == nil:
			return fmt.Sprintf("it has no %s, and %q was asked for", member, asked)
		default:
			return fmt.Sprintf("its %s is %q, not %q", member, is, asked)
		}
	}
	return ""
}

// answerKind returns the type of a resource in an answer of the create action.
func (op Operation) answerKind() reflect.Type {
	switch {
	case op.Resource == "":
		return op.Output
	case op.idsAlone:
		return reflect.TypeFor[struct{}]()
	}
	return elementOf(op.Output, op.Resource)
}

// wanted returns how many resources an intent asks for: at least fewest and at most most. most is 0 if any number is right.
func (op Operation) wanted(intent idem.Intent) (fewest, most int) {
	if !op.Many {
		return 1, 1
	}
	if op.declared.count == "" {
		return 1, 0
	}
	if from, to, isRange := strings.Cut(op.declared.count, ".."); isRange {
		return number(intent.Input[from]), number(intent.Input[to])
	}
	for _, member := range strings.Split(op.declared.count, "|") {
		if value, given := intent.Input[member]; given {
			return number(value), number(value)
		}
	}
	return 1, 1
}

// number returns the number that a member stands for: a list stands for its length, and an absent member for 1.
func number(value any) int {
	switch value := value.(type) {
	case []any:
		return len(value)
	case float64:
		return int(value)
	case int64:
		return int(value)
	case int:
		return value
	}
	return 1
}

// failuresIn returns the parts of a request that EC2 refused while it created the rest: the elements of Unsuccessful or Errors.
func failuresIn(output map[string]any) []idem.Failure {
	var failures []idem.Failure
	for _, member := range []string{"Unsuccessful", "Errors"} {
		list, _ := output[member].([]any)
		for _, element := range list {
			failures = append(failures, idem.Failure{
				Part:    textAt(element, "ResourceId", "LaunchTemplateAndOverrides.Overrides.InstanceType"),
				Code:    textAt(element, "Error.Code", "ErrorCode"),
				Message: textAt(element, "Error.Message", "ErrorMessage"),
			})
		}
	}
	return failures
}

// withToken returns an intent's input with the client token and the tags at the places where the API expects them.
func (op Operation) withToken(intent idem.Intent) map[string]any {
	input := map[string]any{}
	maps.Copy(input, intent.Input)
	holder := input
	if op.Nested != "" {
		given, _ := input[op.Nested].(map[string]any)
		holder = map[string]any{}
		maps.Copy(holder, given)
		if tags, tagged := input["TagSpecifications"].([]any); tagged { // of --ensure
			own, _ := holder["TagSpecifications"].([]any)
			holder["TagSpecifications"] = slices.Concat(own, tags)
			delete(input, "TagSpecifications")
		}
		input[op.Nested] = holder
	}
	holder["ClientToken"] = intent.ClientToken // without it, the SDK would generate a new token at each call
	return input
}

// TakeToken moves the client token out of an input and returns it. It reports whether the input had one.
func (op Operation) TakeToken(input map[string]any) (token string, given bool) {
	holder := input
	if op.Nested != "" {
		holder, _ = input[op.Nested].(map[string]any)
	}
	token, given = holder["ClientToken"].(string)
	delete(holder, "ClientToken")
	return token, given
}
