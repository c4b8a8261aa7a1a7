package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// createHelp returns the text of a create's help.
func createHelp(op awsec2.Operation) string {
	return fmt.Sprintf(`%s. The command takes the flags of
"aws ec2 %s" and prints the same output.

awsidem repeats failed attempts with the same client token, so that EC2 creates the resource only once. The token derives from your own
name for the resource (--idempotency-key), or is your own token (--client-token). Otherwise awsidem generates a token and keeps it in the
journal: awsidem resume finishes a create that was interrupted.

%s

%s

%s`, op.Summary, shape.FlagName(op.Name), waitHelp(op), permissionsHelp(op), exitCodesHelp())
}

// waitHelp returns what --wait waits for.
func waitHelp(op awsec2.Operation) string {
	switch {
	case op.State == "":
		return "--wait waits until Describe shows the resource, which has no state."
	case op.WaitsUntilUsable():
		return "--wait waits for a state in which the next command can use the resource (--wait-for usable).\nIf the resource fails, the command exits with 255."
	}
	return "--wait waits until Describe shows the resource (--wait-for visible).\nIt can take hours until the next command can use the resource."
}

// permissionsHelp returns the IAM actions of a create.
func permissionsHelp(op awsec2.Operation) string {
	var b strings.Builder
	b.WriteString("IAM permissions:")
	for _, p := range op.Permissions() {
		b.WriteString("\n  " + p.Action)
		if p.For != "" {
			b.WriteString(" (for " + p.For + ")")
		}
	}
	return b.String()
}

// createExamples returns command lines of a create. The parameters are the smallest ones that the SDK's validation accepts.
func createExamples(op awsec2.Operation) string {
	create := "  awsidem " + shape.FlagName(op.Name)
	input, custom := op.Minimal(exampleText), customizationOf(op)
	for _, name := range append(op.Required(), oftenGiven(op.Name)...) {
		if !custom.hasFlag(name) {
			continue
		}
		if _, given := input[name]; !given {
			input[name] = exampleText(name)
		}
		if create += " --" + custom.flagOf(name); input[name] != true {
			create += " " + exampleArgument(input[name])
		}
	}
	examples := []string{create, create + " --idempotency-key prod/private-a"}
	if op.Taggable {
		examples[1] += " --ensure"
	}
	examples = append(examples, create+" --query "+shellQuote([]string{op.IDPath()})+" --output text")
	if op.Taggable && op.Nested == "" {
		examples = append(examples, create+" --tag-specifications 'ResourceType="+op.ResourceType()+",Tags=[{Key=Name,Value=private-a}]'")
	}
	return strings.Join(examples, "\n")
}

// oftenGiven returns the parameters that a useful create has beside the required ones.
func oftenGiven(operation string) []string {
	return map[string][]string{
		"RunInstances":                {"ImageId", "InstanceType"},
		"CreateLaunchTemplateVersion": {"LaunchTemplateName"},
		"CreateNatGateway":            {"SubnetId"},
		"CreateVolume":                {"AvailabilityZone"},
	}[operation]
}

// exampleText returns an example value for a string member.
func exampleText(member string) string {
	examples := map[string]string{
		"VpcId":            "vpc-00c84bd9dcad1d728",
		"SubnetId":         "subnet-0e904b16ae852e6a1",
		"AvailabilityZone": "us-east-1a",
		"ImageId":          "ami-0abcdef1234567890",
		"InstanceType":     "t3.micro",
		"SourceRegion":     "us-east-1",
	}
	return cmp.Or(examples[member], "my-"+shape.FlagName(member))
}

// exampleArgument returns a value as an argument of a flag.
func exampleArgument(value any) string {
	if text, ok := value.(string); ok {
		return shellQuote([]string{text})
	}
	data, _ := json.Marshal(value) // of strings, numbers, lists and maps
	return shellQuote([]string{string(data)})
}
