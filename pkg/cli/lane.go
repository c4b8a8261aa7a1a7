package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// A lane is what the creates of one operation, Region and profile share. A single create has a lane of its own, without a pace.
type lane struct {
	op     awsec2.Operation
	client *awsec2.Client
	finder idem.Finder
	log    *journal.Journal // the journal for apply's entries; nil if the journal is off, and for a single create

	pace  *batch.Pace // the pace of the creates; nil for a single create
	limit batch.Limit // the time limit of each paced call
	hurry func()      // makes the finder's calls leave without waiting for more ids
}

// newLane returns the lane of a single create.
func newLane(op awsec2.Operation, client *awsec2.Client) lane {
	return lane{op: op, client: client, finder: awsec2.NewFinder(client)}
}

// placed returns an intent with the Region and the endpoint of the lane's client. The manifest has set the profile.
func (l lane) placed(intent idem.Intent) idem.Intent {
	intent.Region, intent.Endpoint = l.client.Region(), l.client.Endpoint()
	return intent
}

// The capacities of EC2's token buckets. See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
const (
	createBucket   = 50
	describeBucket = 100
)

// newPacedLane returns the lane of several creates. The timeout of each call begins with the call's turn; 0 is no timeout.
func newPacedLane(ctx context.Context, op awsec2.Operation, client *awsec2.Client, timeout time.Duration) lane {
	limit := func(ctx context.Context) (context.Context, context.CancelFunc) {
		if timeout == 0 {
			return context.WithCancel(ctx)
		}
		return context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	}
	many := func(ctx context.Context, intents []idem.Intent, ids [][]string) ([][]idem.Resource, error) {
		return awsec2.FindIDs(ctx, client, intents, ids)
	}
	finder := batch.NewFinder(ctx, batch.NewPace(describeBucket), awsec2.NewFinder(client), many, limit)
	return lane{op: op, client: client, finder: finder, pace: batch.NewPace(createBucket), limit: limit, hurry: finder.Hurry}
}
