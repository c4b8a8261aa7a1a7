package idem_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Everything that creates is a Creator, so that what is around a create is a function from one Creator to another.
func Example() {
	ec2 := idem.CreatorFunc(func(_ context.Context, intent idem.Intent) (idem.Result, error) {
		if intent.Input["VpcId"] != "vpc-1" {
			return idem.Result{}, &idem.AttemptError{
				Verdict: idem.Rejected, Operation: intent.Operation,
				Code: "InvalidVpcID.NotFound", Message: "The vpc ID does not exist",
			}
		}
		return idem.Result{ResourceID: "rtb-1"}, nil
	})
	said := func(next idem.Creator) idem.Creator {
		return idem.CreatorFunc(func(ctx context.Context, intent idem.Intent) (idem.Result, error) {
			result, err := next.Create(ctx, intent)
			var attempt *idem.AttemptError
			if errors.As(err, &attempt) {
				fmt.Printf("%s, try again: %v: %v\n", attempt.Verdict, attempt.Verdict.Retry(), err)
			} else {
				fmt.Println("created", result.ResourceID)
			}
			return result, err
		})
	}
	for _, vpc := range []string{"vpc-1", "vpc-2"} {
		_, _ = said(ec2).Create(context.Background(), idem.Intent{
			Operation: "CreateRouteTable", ClientToken: "a-token", Input: map[string]any{"VpcId": vpc},
		})
	}
	// Output:
	// created rtb-1
	// rejected, try again: false: An error occurred (InvalidVpcID.NotFound) when calling the CreateRouteTable operation: The vpc ID does not exist
}
