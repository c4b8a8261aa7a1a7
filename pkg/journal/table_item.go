package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// read reads the intent's item as it is now.
func (r *tableRun) read(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readItem(ctx)
}

func (r *tableRun) readItem(ctx context.Context) error {
	client, err := r.connect()
	if err != nil {
		return err
	}
	r.item = nil
	err = client.Each(ctx, dynamodb.Question{
		TableName: r.Name, ConsistentRead: true,
		KeyConditionExpression: "#t = :t AND #i = :i", ExpressionAttributeNames: map[string]string{"#t": keyToken, "#i": keyIntent},
		ExpressionAttributeValues: dynamodb.Item{":t": dynamodb.String(r.intent.ClientToken), ":i": dynamodb.String(sortKey(r.intent))},
	}, func(items []dynamodb.Item) error {
		for _, item := range items {
			r.item = item
		}
		return nil
	})
	if err != nil {
		return r.explain(ctx, err)
	}
	return nil
}

// current returns the content of the item that was last seen.
func (r *tableRun) current() (content, error) {
	if r.item == nil {
		return content{intent: r.intent, runs: map[string]Record{}, finished: map[idem.Outcome]Record{}}, nil
	}
	return r.decode(r.item)
}

// update changes the item. If another process changed the item meanwhile, update calls change again with what there is. Its error is a
// [*WriteError], or that of change.
func (r *tableRun) update(ctx context.Context, change func(*content) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	client, err := r.connect()
	if err != nil {
		return &WriteError{Err: err}
	}
	for conflicts := 0; ; conflicts++ {
		c, err := r.current()
		if err != nil {
			return &WriteError{Err: err}
		}
		if err := change(&c); err != nil {
			return err
		}
		began := time.Now()
		written, err := r.write(ctx, client, c)
		var conflict *dynamodb.ConflictError
		switch {
		case err == nil:
			r.item, r.renewed = written, began
			return nil
		case !errors.As(err, &conflict):
			return err
		case conflict.Item != nil:
			r.item = conflict.Item
		default: // the server does not return it
			if err := r.readItem(ctx); err != nil { // the item may be what an attempt wrote whose answer was lost
				return &WriteError{Err: err, Uncertain: true}
			}
		}
		if written != nil && r.item.Text("rev") == written.Text("rev") { // an earlier attempt's answer was lost
			r.renewed = began
			return nil
		}
		if err := pause(ctx, conflicts); err != nil {
			return &WriteError{Err: err}
		}
	}
}

// write writes a content, or removes the item if nothing is left in it, on condition that the item is the one last seen.
func (r *tableRun) write(ctx context.Context, client *dynamodb.Client, c content) (dynamodb.Item, error) {
	condition := dynamodb.Condition{Expression: "attribute_not_exists(rev)"}
	if r.item != nil {
		condition = dynamodb.Condition{Expression: "rev = :rev", Values: dynamodb.Item{":rev": r.item["rev"]}}
	}
	if len(c.runs)+len(c.finished) == 0 {
		key := dynamodb.Item{keyToken: dynamodb.String(r.intent.ClientToken), keyIntent: dynamodb.String(sortKey(r.intent))}
		return nil, r.failed(ctx, client.Delete(ctx, r.Name, key, condition))
	}
	item, err := r.encode(client, c, strings.ToLower(rand.Text()))
	if err != nil {
		return nil, &WriteError{Err: err}
	}
	if size := item.Size(); size > dynamodb.MaxSize {
		return nil, &WriteError{Err: &TooLargeError{size}}
	}
	return item, r.failed(ctx, client.Put(ctx, r.Name, item, condition))
}

// failed returns the error of a write.
func (r *tableRun) failed(ctx context.Context, err error) error {
	var conflict *dynamodb.ConflictError
	if err == nil || errors.As(err, &conflict) {
		return err
	}
	var (
		outcome *idem.OutcomeError
		attempt *idem.AttemptError
	)
	uncertain := errors.As(err, &attempt) && attempt.Verdict == idem.Unknown
	if errors.As(err, &outcome) {
		uncertain = outcome.Outcome == idem.OutcomeUnknown
	}
	return &WriteError{Err: r.explain(ctx, err), Uncertain: uncertain}
}

// pause waits for a random time, which is longer after many conflicts.
func pause(ctx context.Context, conflicts int) error {
	most := 10 * time.Millisecond << min(conflicts, 6)
	random, err := rand.Int(rand.Reader, big.NewInt(int64(most)))
	if err != nil {
		return err
	}
	timer := time.NewTimer(time.Duration(random.Int64()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// A TooLargeError reports that an intent does not fit into an item.
type TooLargeError struct{ Size int }

// Error returns the size and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the record of the create would have %d bytes, and an item of DynamoDB has at most %d: make the parameters smaller, such as user data that loads the rest from S3", e.Size, dynamodb.MaxSize)
}
