package journal

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A table is the store in DynamoDB. An intent is one item. The partition key is the token. The sort key has the operation, the place and a hash
// of the parameters. Each change replaces the whole item, on condition that nobody has changed the item since it was read.
type table struct {
	Table
	profile string // the profile of all records; no item holds it, because each machine names its profiles itself
	connect func() (*dynamodb.Client, error)
}

// OpenTable returns the journal in a table. OpenTable sends nothing. All records that the journal returns have the profile. The journal calls
// connect once, before its first request. If connect fails, every use of the journal returns that error.
func OpenTable(t Table, profile string, connect func() (*dynamodb.Client, error)) *Journal {
	go thisProcess()
	return &Journal{&table{t, profile, sync.OnceValues(connect)}, time.Now}
}

// The names of attributes and of the index.
const (
	keyToken  = "token"
	keyIntent = "intent"
	openIndex = "open"
)

// Definition returns the keys, the index and the tag with which [Table.Init] makes the table.
func (t Table) Definition() dynamodb.Table {
	return dynamodb.Table{
		Name: t.Name, Keys: [2]dynamodb.Key{{Name: keyToken, Type: "S"}, {Name: keyIntent, Type: "S"}},
		Index: openIndex, IndexKeys: [2]dynamodb.Key{{Name: "open", Type: "S"}, {Name: keyToken, Type: "S"}},
		TagKey: "awsidem:journal", Tag: "1",
	}
}

// ExpiresAttribute is the attribute with the time from which on DynamoDB may remove a finished record, in seconds since 1970.
const ExpiresAttribute = "expires"

// InputAttribute is the attribute that holds the parameters of the create, which can be sensitive.
const InputAttribute = "input"

// sortKey returns the sort key of an intent. It leaves out the profile, because each machine names its profiles itself.
func sortKey(i idem.Intent) string {
	return tokenScope(i) + "#" + hashInput(i.Input)
}

// tokenScope returns the operation, the Region and the endpoint. Within an account and a scope, EC2 takes a token once.
func tokenScope(i idem.Intent) string {
	return strings.Join([]string{i.Operation, i.Region, normalEndpoint(i.Endpoint)}, "#")
}

// query calls do with each item that a query selects. problems are the [*RecordError]s of items that can't be read. If do returns an error,
// query stops and returns that error. Another error is one of explain.
func (t *table) query(ctx context.Context, q dynamodb.Query, do func(dynamodb.Item, content) error) (problems []error, err error) {
	client, err := t.connect()
	if err != nil {
		return nil, err
	}
	q.TableName = t.Name
	var stopped error // of do
	err = client.Each(ctx, q, func(items []dynamodb.Item) error {
		for _, item := range items {
			c, err := t.decode(item)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			if stopped = do(item, c); stopped != nil {
				return stopped
			}
		}
		return nil
	})
	if stopped != nil {
		return problems, stopped
	}
	return problems, t.explain(ctx, err)
}

// queryOfToken returns a consistent query for the items of a token.
func queryOfToken(token string) dynamodb.Query {
	return dynamodb.Query{
		KeyConditionExpression: "#t = :t", ExpressionAttributeNames: map[string]string{"#t": keyToken},
		ExpressionAttributeValues: dynamodb.Item{":t": dynamodb.String(token)}, ConsistentRead: true,
	}
}

func (t *table) records(ctx context.Context, token string, open bool, do func([]Record) error) (problems []error, err error) {
	var q dynamodb.Query // selects all items
	switch {
	case token != "":
		q = queryOfToken(token)
	case open:
		q = dynamodb.Query{
			IndexName: openIndex, KeyConditionExpression: "#o = :o", ExpressionAttributeNames: map[string]string{"#o": "open"},
			ExpressionAttributeValues: dynamodb.Item{":o": dynamodb.String("1")},
		}
	}
	return t.query(ctx, q, func(_ dynamodb.Item, c content) error { return do(c.records(namesOf(c.intent))) })
}

func (t *table) runs(ctx context.Context, token string) (records []Record, unreadable []string) {
	problems, err := t.records(ctx, token, false, func(found []Record) error {
		for _, r := range found {
			if r.Outcome == idem.OutcomeUnknown {
				records = append(records, r)
			}
		}
		return nil
	})
	if err != nil || len(problems) > 0 {
		unreadable = []string{""}
	}
	return records, unreadable
}

// remove removes a finished record only if no run has begun since the record was read, and an unknown record only if its run has ended.
func (t *table) remove(ctx context.Context, records []Record) (removed []Record, err error) {
	for _, r := range records {
		run := t.newRun(r.Intent, namesOf(r.Intent))
		if err := run.read(ctx); err != nil {
			return removed, err
		}
		err := run.update(ctx, func(c *content) error {
			id := runID(r.file)
			unknown, isRun := c.runs[id]
			now, isFinished := c.finished[r.Outcome]
			switch {
			case r.Outcome == idem.OutcomeUnknown && isRun && !unknown.Running():
				delete(c.runs, id)
			case isFinished && now.FinishedAt.Equal(r.FinishedAt) && len(c.runs) == 0:
				delete(c.finished, r.Outcome)
			default:
				return &unchangedError{}
			}
			return nil
		})
		switch {
		case err == nil:
			removed = append(removed, r)
		case !errors.As(err, new(*unchangedError)):
			return removed, err
		}
	}
	return removed, nil
}

// An unchangedError ends an update that has nothing to write.
type unchangedError struct{}

func (*unchangedError) Error() string { return "the item stays as it is" }

// tidy does nothing: a table holds only records.
func (t *table) tidy(time.Time) {}

func (t *table) restore(ctx context.Context, r Record, settles bool) (restored bool, err error) {
	client, err := t.connect()
	if err != nil {
		return false, err
	}
	if r.Profile != t.profile || t.Region == "" && r.Region != client.Region {
		return false, &foreignError{}
	}
	run := t.newRun(r.Intent, namesOf(r.Intent))
	if err := run.read(ctx); err != nil {
		return false, err
	}
	err = run.update(ctx, func(c *content) error {
		if made, ok := c.finished[idem.Succeeded]; ok && r.Outcome == idem.OutcomeUnknown && r.settledBy(made) {
			return &unchangedError{}
		}
		runs := len(c.runs)
		if settles {
			maps.DeleteFunc(c.runs, func(_ string, run Record) bool { return run.settledBy(r) })
		}
		id := runID(r.file)
		present, ok := c.finished[r.Outcome]
		if r.Outcome == idem.OutcomeUnknown {
			present, ok = c.runs[id]
		}
		switch newer := !ok || r.newerThan(present); {
		case !newer && len(c.runs) == runs:
			return &unchangedError{}
		case newer && r.Outcome == idem.OutcomeUnknown:
			c.runs[id] = r
		case newer:
			c.finished[r.Outcome] = r
		}
		return nil
	})
	if errors.As(err, new(*unchangedError)) {
		return false, nil
	}
	return err == nil, err
}
