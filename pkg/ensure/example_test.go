package ensure_test

import (
	"context"
	"fmt"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
)

// resources is a Finder that finds what was put into it, by tag.
type resources []idem.Resource

func (r resources) FindID(context.Context, idem.Intent, ...string) ([]idem.Resource, error) {
	return nil, nil
}

func (r resources) FindTag(_ context.Context, _ idem.Intent, key, value string) (found []idem.Resource, err error) {
	for _, resource := range r {
		if resource.Tags[key] == value {
			found = append(found, resource)
		}
	}
	return found, nil
}

// A resource that carries the intent's tag is taken, and nothing is created: also where the token is forgotten.
func ExampleAdopt() {
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "ticket-4711", Input: map[string]any{"VpcId": "vpc-1"}}
	if err := ensure.Tag(&intent, "route-table"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(intent.Input["TagSpecifications"])

	create := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		return idem.Result{ResourceID: "rtb-2"}, nil
	})
	adopted := func(id string) { fmt.Println("adopted", id) }
	made := resources{{Result: idem.Result{ResourceID: "rtb-1"}, Tags: map[string]string{ensure.TagKey: "ticket-4711"}}}
	for _, there := range []resources{nil, made} {
		result, err := ensure.Adopt(there, create, ensure.Past{}, adopted).Create(context.Background(), intent)
		fmt.Println(result.ResourceID, err)
	}
	// Output:
	// [map[ResourceType:route-table Tags:[map[Key:awsidem:client-token Value:ticket-4711]]]]
	// rtb-2 <nil>
	// adopted rtb-1
	// rtb-1 <nil>
}
