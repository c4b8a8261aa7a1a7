// Command many creates many route tables with goroutines that call the AWS SDK, as people do without awsidem.
//
//	many [-workers N] [-retryer none|standard|adaptive] [-rate R] COUNT VPC
//
// It prints the time, the number of calls, how many calls were throttled, and how many creates failed. With -rate it acts as another client of the
// account: it makes R calls a second until SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
)

// A counter is a retryer that counts attempts and throttles.
type counter struct {
	aws.RetryerV2
	calls, throttled atomic.Int64
}

func (c *counter) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	c.calls.Add(1)
	return c.RetryerV2.GetAttemptToken(ctx)
}

func (c *counter) IsErrorRetryable(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "RequestLimitExceeded" {
		c.throttled.Add(1)
	}
	return c.RetryerV2.IsErrorRetryable(err)
}

func main() {
	workers := flag.Int("workers", 16, "goroutines")
	retryer := flag.String("retryer", "none", "none, standard or adaptive")
	rate := flag.Float64("rate", 0, "calls a second, as another client of the account")
	flag.Parse()
	count, err := strconv.Atoi(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	c := &counter{RetryerV2: map[string]aws.RetryerV2{
		"none": retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 1 }), "standard": retry.NewStandard(), "adaptive": retry.NewAdaptiveMode(),
	}[*retryer]}
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	client := ec2.NewFromConfig(cfg, func(o *ec2.Options) { o.Retryer = c })
	vpc := flag.Arg(1)
	create := func() error {
		_, err := client.CreateRouteTable(context.Background(), &ec2.CreateRouteTableInput{VpcId: &vpc})
		return err
	}
	if *rate > 0 {
		other(c, create, *rate)
		return
	}
	start := time.Now()
	var left, failed atomic.Int64
	left.Store(int64(count))
	var group sync.WaitGroup
	for range *workers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if create() != nil {
					failed.Add(1)
				}
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start).Seconds()
	fmt.Printf("seconds=%.3f calls=%d throttled=%d failed=%d\n", elapsed, c.calls.Load(), c.throttled.Load(), failed.Load())
}

// other calls create rate times a second until SIGTERM, and ignores errors.
func other(c *counter, create func() error, rate float64) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	took := 0
	for ctx.Err() == nil {
		if create() == nil {
			took++
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	fmt.Printf("took=%d calls=%d throttled=%d\n", took, c.calls.Load(), c.throttled.Load())
}
