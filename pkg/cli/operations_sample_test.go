package cli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// sampleInput returns the smallest input that EC2 accepts of an operation.
func sampleInput(op awsec2.Operation) map[string]any {
	input := op.Minimal(sampleText)
	switch op.Name { // EC2 requires more than the SDK's validation
	case "CreateNatGateway":
		input["SubnetId"] = "subnet-0123456789abcdef0"
	case "CreateLaunchTemplateVersion":
		input["LaunchTemplateId"] = "lt-0123456789abcdef0"
	case "AllocateHosts":
		input["Quantity"] = 2.0
	case "RunInstances":
		input["MinCount"], input["MaxCount"], input["InstanceType"] = 2.0, 2.0, sampleText("InstanceType")
	case "CreateFleet":
		input["LaunchTemplateConfigs"] = []any{map[string]any{
			"LaunchTemplateSpecification": map[string]any{"LaunchTemplateId": "lt-0123456789abcdef0", "Version": "1"},
		}}
	case "CreateFlowLogs":
		input["ResourceIds"] = []any{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}
	}
	return input
}

// sampleCount returns how many resources the sample input asks for.
func sampleCount(op awsec2.Operation) int {
	if slices.Contains([]string{"AllocateHosts", "RunInstances", "CreateFlowLogs"}, op.Name) {
		return 2
	}
	return 1
}

func sampleText(member string) string {
	switch member {
	case "VpcId":
		return vpcA
	case "LaunchTemplateId":
		return "lt-0123456789abcdef0"
	}
	return "some-" + strings.ToLower(member)
}

// otherInput returns an input that differs from another one in a parameter that EC2 compares.
func otherInput(t rapid.TB, op awsec2.Operation, input map[string]any) map[string]any {
	t.Helper()
	var other map[string]any
	if err := json.Unmarshal(document(input), &other); err != nil {
		t.Fatal(err)
	}
	if changeText(other) {
		return other
	}
	if op.Name == "CreateNetworkInsightsAccessScope" { // it has no text
		other["MatchPaths"] = []any{map[string]any{"Source": map[string]any{"ResourceStatement": map[string]any{"Resources": []any{"i-1"}}}}}
		return other
	}
	for _, m := range shape.Members(op.Input) {
		if m.Kind == shape.String && m.Name != "ClientToken" && !strings.HasPrefix(m.Name, "AvailabilityZone") {
			other[m.Name] = "other"
			return other
		}
	}
	t.Fatalf("%s has no parameter that can differ", op.Name)
	return nil
}

// changeText changes the first text in a structure, and reports whether there is one.
func changeText(structure map[string]any) bool {
	for _, name := range slices.Sorted(maps.Keys(structure)) {
		switch value := structure[name].(type) {
		case string:
			switch {
			case value == vpcA:
				structure[name] = vpcB
				return true
			case strings.HasPrefix(value, "some-") && !strings.HasPrefix(name, "AvailabilityZone"):
				structure[name] = value + "-other"
				return true
			}
		case map[string]any:
			if changeText(value) {
				return true
			}
		case []any:
			inner, structured := value[0].(map[string]any)
			text, plain := value[0].(string)
			if plain {
				value[0] = text + "-other"
			}
			if plain || structured && changeText(inner) {
				return true
			}
		}
	}
	return false
}

// filled returns a skeleton in which each member has a value.
func filled(name string, skeleton any) any {
	switch v := skeleton.(type) {
	case map[string]any:
		for member := range v {
			v[member] = filled(member, v[member])
		}
	case []any:
		for i := range v {
			v[i] = filled(strings.TrimSuffix(name, "s"), v[i])
		}
	case string:
		if v == "" {
			return sampleText(name)
		}
	case float64:
		return v + 1
	}
	return skeleton
}

// document returns a value as JSON.
func document(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was made of JSON
	}
	return data
}

// createFrom returns the command line that creates from an input.
func createFrom(op awsec2.Operation, input map[string]any, args ...string) []string {
	return append([]string{shape.FlagName(op.Name), "--cli-input-json", string(document(input))}, args...)
}
