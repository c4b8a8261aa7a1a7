package awsec2

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Required returns the members that the input must have, according to the SDK's validation. It reads them from a generated index, so that
// help is fast.
func (op Operation) Required() []string {
	for _, entry := range index {
		if entry.name == op.Name {
			return strings.Fields(entry.required)
		}
	}
	return nil
}

// Missing returns the paths of the required members that an input lacks, according to the SDK's validation: VpcId, DiskContainers[0].Url.
// If the input does not fit the operation's types, Missing returns an error that names the member.
func (op Operation) Missing(input map[string]any) ([]string, error) {
	if isFlat(input) { // then no structure within the input can lack a member
		var missing []string
		for _, name := range op.Required() {
			if _, given := input[name]; !given {
				missing = append(missing, name)
			}
		}
		return missing, nil
	}
	return validate(op.declared.create, input)
}

// isFlat reports whether no member of an input is a structure or a list.
func isFlat(input map[string]any) bool {
	for _, value := range input {
		switch value.(type) {
		case map[string]any, []any:
			return false
		}
	}
	return true
}

// validate calls a method of an SDK client that stops after its validation and sends nothing. It returns the paths of the missing members,
// except for ClientToken, which awsidem adds to each request.
func validate(method any, input map[string]any) ([]string, error) {
	stop := middleware.SerializeMiddlewareFunc("stop", func(context.Context, middleware.SerializeInput, middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		return middleware.SerializeOutput{}, middleware.Metadata{}, errValid
	})
	client := ec2.New(ec2.Options{
		Region: "us-east-1", Retryer: aws.NopRetryer{}, HTTPClient: http.DefaultClient, // unused, but the SDK's defaults take time to make
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error { return stack.Serialize.Add(stop, middleware.Before) }},
	})
	_, err := call(context.Background(), method, client, input)
	var invalid smithy.InvalidParamsError
	switch {
	case errors.Is(err, errValid):
		return nil, nil
	case !errors.As(err, &invalid):
		return nil, err
	}
	var missing []string
	for _, e := range invalid.Errs() {
		var member smithy.InvalidParamError
		if errors.As(e, &member) {
			_, path, _ := strings.Cut(member.Field(), ".") // after the name of the input's type
			missing = append(missing, path)
		}
	}
	return slices.DeleteFunc(missing, func(path string) bool { return path == "ClientToken" }), nil
}

var errValid = errors.New("the input is valid")
