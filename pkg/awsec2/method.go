package awsec2

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsidem/awsidem/pkg/shape"
)

// A method of the SDK's client that calls an API action is a function from *ec2.Client, context.Context, *XInput and options to
// *XOutput and error. The table holds methods as values of any such type; TestDeclarations proves that each is one. The functions
// below call them by reflection. No method is looked up by name, so the linker still leaves out the operations that nothing refers to.

func inputOf(method any) reflect.Type  { return reflect.TypeOf(method).In(2).Elem() }
func outputOf(method any) reflect.Type { return reflect.TypeOf(method).Out(0).Elem() }

// actionOf returns the API action that a method calls: the type of its input is named for the action.
func actionOf(method any) string { return strings.TrimSuffix(inputOf(method).Name(), "Input") }

// call calls a method with generic values.
func call(ctx context.Context, method any, client *ec2.Client, input map[string]any) (map[string]any, error) {
	in := reflect.New(inputOf(method))
	if err := shape.Decode(input, in.Interface()); err != nil {
		return nil, err
	}
	results := reflect.ValueOf(method).Call([]reflect.Value{reflect.ValueOf(client), reflect.ValueOf(ctx), in})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	return shape.Encode(results[0].Interface()), nil
}
