package retry_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
)

// cloud makes a resource for each token, and loses its first answers.
type cloud struct {
	made map[string]string
	lose int
}

func (c *cloud) Create(_ context.Context, intent idem.Intent) (idem.Result, error) {
	if c.made[intent.ClientToken] == "" {
		c.made[intent.ClientToken] = fmt.Sprintf("rtb-%d", len(c.made)+1)
	}
	if c.lose > 0 {
		c.lose--
		return idem.Result{}, &idem.AttemptError{Verdict: idem.Unknown, Message: "the connection was lost before an answer"}
	}
	return idem.Result{ResourceID: c.made[intent.ClientToken]}, nil
}

// A create whose first two answers are lost is sent again with its token, and made once.
func ExampleWrap() {
	policy := retry.DefaultPolicy()
	policy.InitialInterval = time.Millisecond
	report := func(r retry.Retry) { fmt.Printf("attempt %d of %d: %v\n", r.Attempt, r.MaxAttempts, r.Err) }

	token, err := clienttoken.Derive("CreateRouteTable", "prod/private-a")
	if err != nil {
		fmt.Println(err)
		return
	}
	ec2 := &cloud{made: map[string]string{}, lose: 2}
	result, err := retry.Wrap(ec2, policy, report).Create(context.Background(), idem.Intent{Operation: "CreateRouteTable", ClientToken: token})
	fmt.Println(result.ResourceID, "after", result.Attempts, "attempts:", err)
	fmt.Println(len(ec2.made), "made")
	// Output:
	// attempt 1 of 20: the connection was lost before an answer
	// attempt 2 of 20: the connection was lost before an answer
	// rtb-1 after 3 attempts: <nil>
	// 1 made
}

// A budget that is used up leaves the outcome unknown, and says so.
func ExampleWrap_unknown() {
	policy := retry.Policy{MaxAttempts: 2, Multiplier: 1}
	_, err := retry.Wrap(&cloud{made: map[string]string{}, lose: 9}, policy, nil).Create(context.Background(), idem.Intent{ClientToken: "a-token"})
	var outcome *idem.OutcomeError
	if errors.As(err, &outcome) {
		fmt.Println(outcome.Outcome, "after", outcome.Attempts, "attempts; the last one:", outcome.Last)
	}
	// Output:
	// unknown after 2 attempts; the last one: the connection was lost before an answer
}
