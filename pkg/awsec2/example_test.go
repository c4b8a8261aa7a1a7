package awsec2_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/retry"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The guarantee of awsidem in a Go program: the intent is on record before the first byte leaves, all attempts have the same token,
// and the create ends when the resource is visible. The endpoint is a sandbox that loses two answers; without EndpointURL it is EC2.
func Example() {
	box := sandbox.New(sandbox.Config{Faults: sandbox.MustFaults("lost-response:CreateRouteTable=x2")})
	server := httptest.NewServer(box)
	defer server.Close()
	dir, err := os.MkdirTemp("", "journal-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		_ = os.Setenv(name, "sandbox") // the sandbox accepts any credentials; EC2 needs real ones
	}

	ctx := context.Background()
	client, err := awsec2.Connect(awsec2.Options{
		Region: "us-east-1", EndpointURL: server.URL, UserAgent: "example/1",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := retry.DefaultPolicy()
	policy.InitialInterval = time.Millisecond
	report := func(r retry.Retry) { fmt.Println("attempt", r.Attempt, "ended", r.Err.Verdict) }
	warn := func(err error) { fmt.Println("warning:", err) }
	poll := func(look idem.Creator) idem.Creator { return retry.Wrap(look, policy, nil) }
	token, err := clienttoken.Derive("CreateRouteTable", "prod/private-a")
	if err != nil {
		fmt.Println(err)
		return
	}
	intent := idem.Intent{
		Operation: "CreateRouteTable", ClientToken: token, Input: map[string]any{"VpcId": sandbox.DefaultVPC},
		Region: client.Region(), Endpoint: client.Endpoint(),
	}
	entry := journal.Open(dir).Entry(context.Background(), intent)

	creator := awsec2.New(client)                                                                      // one attempt
	creator = retry.Wrap(creator, policy, report)                                                      // repeats attempts with the same token
	creator = ensure.Wait(awsec2.NewFinder(client), creator, ensure.Past{}, ensure.Usable, poll, warn) // succeeds when the resource is usable
	creator = journal.Wrap(entry, creator, true, warn)                                                 // records the intent and its outcome
	result, err := creator.Create(ctx, intent)
	fmt.Println(strings.HasPrefix(result.ResourceID, "rtb-"), "after", result.Attempts, "attempts, visible:", result.Visible, err)
	fmt.Println(len(box.Resources()), "made")
	// Output:
	// attempt 1 ended unknown
	// attempt 2 ended unknown
	// true after 3 attempts, visible: true <nil>
	// 1 made
}
