package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
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

// readItem does the work of read. The caller holds r.mu. If the table can't be read, r.item stays as it was.
func (r *tableRun) readItem(ctx context.Context) error {
	client, err := r.connect()
	if err != nil {
		return err
	}
	var found dynamodb.Item
	err = client.Each(ctx, dynamodb.Query{
		TableName: r.Name, ConsistentRead: true,
		KeyConditionExpression: "#t = :t AND #i = :i", ExpressionAttributeNames: map[string]string{"#t": keyToken, "#i": keyIntent},
		ExpressionAttributeValues: dynamodb.Item{":t": dynamodb.String(r.intent.ClientToken), ":i": dynamodb.String(sortKey(r.intent))},
	}, func(items []dynamodb.Item) error {
		for _, item := range items {
			found = item
		}
		return nil
	})
	if err != nil {
		return r.explain(ctx, err)
	}
	r.item = found
	return nil
}

// current returns the content of r.item, the item as it was last read or written.
func (r *tableRun) current() (content, error) {
	if r.item == nil {
		return content{intent: r.intent, runs: map[string]Record{}, finished: map[idem.Outcome]Record{}}, nil
	}
	return r.decode(r.item)
}

// update replaces the item by what change makes of the item's content. If another process has changed the item meanwhile, update calls change
// again with the new content. The error of update is a [*WriteError], or the error of change.
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
		if !errors.As(err, &conflict) {
			if err == nil {
				r.item, r.renewed = written, began
			}
			return err
		}
		if r.item = conflict.Item; r.item == nil { // the server does not return the item
			if err := r.readItem(ctx); err != nil {
				return &WriteError{Err: err, Uncertain: true} // an attempt whose answer was lost may have written the item
			}
		}
		if written == nil && r.item == nil { // the item is gone, as this write wants: its first answer was lost
			return nil
		}
		if written != nil && r.item.Text("rev") == written.Text("rev") { // the conflict is with this write: its first answer was lost
			r.renewed = began
			return nil
		}
		if err := pause(ctx, conflicts); err != nil {
			return &WriteError{Err: err}
		}
	}
}

// write replaces the item by an item of the content, or removes the item if the content has no record. The write has the condition that the
// item is still r.item. If it is not, the error holds a [*dynamodb.ConflictError]. Any other error is a [*WriteError]. After a failed Put,
// write returns the new item, too.
func (r *tableRun) write(ctx context.Context, client *dynamodb.Client, c content) (dynamodb.Item, error) {
	condition := dynamodb.Condition{Expression: "attribute_not_exists(rev)"}
	if r.item != nil {
		condition = dynamodb.Condition{Expression: "rev = :rev", Values: dynamodb.Item{":rev": r.item["rev"]}}
	}
	if len(c.runs)+len(c.finished) == 0 {
		key := dynamodb.Item{keyToken: dynamodb.String(r.intent.ClientToken), keyIntent: dynamodb.String(sortKey(r.intent))}
		return nil, r.writeError(ctx, client.Delete(ctx, r.Name, key, condition))
	}
	item, err := r.encode(client, c, rand.Text())
	if err != nil {
		return nil, &WriteError{Err: err}
	}
	limit := dynamodb.MaxSize
	if r.item == nil {
		limit -= roomForEnd
	}
	if size := item.Size(); size > limit {
		return nil, &WriteError{Err: &TooLargeError{size, limit}}
	}
	return item, r.writeError(ctx, client.Put(ctx, r.Name, item, condition))
}

// writeError returns the error of DynamoDB as a [*WriteError]. It returns nil, or an error that holds a [*dynamodb.ConflictError], as it is.
func (r *tableRun) writeError(ctx context.Context, err error) error {
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

// pause waits for a random time: up to 10 ms, and twice as long after each conflict, up to 640 ms. If ctx ends, pause returns its cause.
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

// roomForEnd is how many bytes of an item stay free when an intent begins, for the resources and for other runs. A thousand resources take 22 kB,
// a run 700 bytes. Without the room an intent could begin, and its end could never be written.
const roomForEnd = 64 << 10

// A TooLargeError reports that the record of an intent does not fit into an item. Size is the size of the item in bytes, and Limit the largest size
// with which the intent can begin or, if the intent has begun, the largest size of an item.
type TooLargeError struct{ Size, Limit int }

// Error returns the size and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the record of the create would have %d bytes, and a table takes at most %d: make the parameters smaller, "+
		"such as user data that loads the rest from S3", e.Size, e.Limit)
}
