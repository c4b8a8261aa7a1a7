package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A together is what the creates of one lane of a manifest share: the client, its throttles, and the looks for what was made. A
// nil one is of a create alone.
type together struct {
	client *awsec2.Client
	pace   *batch.Pace
	look   *batch.Finder
	limit  batch.Limit

	creator idem.Creator // composed of these
}

// The capacities of EC2's published buckets. See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html.
const (
	createBucket   = 50
	describeBucket = 100
)

// newTogether gives what the creates of a lane share. Each of its calls may take timeout from when its turn has come.
func newTogether(ctx context.Context, client *awsec2.Client, timeout time.Duration) *together {
	limit := func(ctx context.Context) (context.Context, context.CancelFunc) {
		if timeout == 0 {
			return context.WithCancel(ctx)
		}
		return context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	}
	many := func(ctx context.Context, intents []idem.Intent, ids []string) ([][]idem.Resource, error) {
		return awsec2.FindIDs(ctx, client, intents, ids)
	}
	finder := batch.NewFinder(ctx, batch.NewPace(describeBucket), awsec2.NewFinder(client), many, limit)
	return &together{client: client, pace: batch.NewPace(createBucket), look: finder, limit: limit}
}

func (t *together) finder(client *awsec2.Client) idem.Finder {
	if t == nil {
		return awsec2.NewFinder(client)
	}
	return t.look
}

func (t *together) paced(attempt idem.Creator) idem.Creator {
	if t == nil {
		return attempt
	}
	return t.pace.Creator(attempt, t.limit)
}

func (t *together) made(next idem.Creator) idem.Creator {
	if t == nil {
		return next
	}
	return batch.Made(next)
}
