package awsec2

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Required returns the members that the input must have, by the SDK's own validation.
func (op Operation) Required() []string {
	missing, _ := op.Missing(map[string]any{}) // an empty input fits every type
	return missing
}

// Missing returns the paths of the members that an input lacks, by the SDK's own validation: VpcId, DiskContainers[0].Url. It errors
// if the input does not fit the operation's types.
func (op Operation) Missing(input map[string]any) ([]string, error) {
	_, err := call(context.Background(), op.declared.create, validator(), input)
	var missing smithy.InvalidParamsError
	switch {
	case errors.Is(err, errValid):
		return nil, nil
	case !errors.As(err, &missing):
		return nil, err
	}
	var paths []string
	for _, e := range missing.Errs() {
		var member smithy.InvalidParamError
		if errors.As(e, &member) && member.Field() != op.Input.Name()+".ClientToken" {
			paths = append(paths, strings.TrimPrefix(member.Field(), op.Input.Name()+"."))
		}
	}
	return paths, nil
}

var errValid = errors.New("the input is valid")

// validator returns a client that validates a request and sends nothing.
func validator() *ec2.Client {
	stop := middleware.SerializeMiddlewareFunc("stop", func(context.Context, middleware.SerializeInput, middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		return middleware.SerializeOutput{}, middleware.Metadata{}, errValid
	})
	return ec2.New(ec2.Options{
		Region: "us-east-1", Retryer: aws.NopRetryer{}, HTTPClient: http.DefaultClient, // not used, and the defaults cost more
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error { return stack.Serialize.Add(stop, middleware.Before) }},
	})
}
