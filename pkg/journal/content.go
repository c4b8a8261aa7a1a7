package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A content holds the records of one intent, decoded from the intent's item in a table.
type content struct {
	intent   idem.Intent
	runs     map[string]Record       // in the state unknown, by the run's id
	finished map[idem.Outcome]Record // succeeded and rejected
}

// clockTolerance is how much two clocks may differ and still count as equal. The Date of an answer has no fraction of a second.
const clockTolerance = 5 * time.Second

// itemVersion is the format of the items that this package writes.
const itemVersion = 1

// records returns the records of an item, with the file names that a folder would give them.
func (c content) records(n names) []Record {
	var all []Record
	for id, r := range c.runs {
		r.file = n.run(id)
		all = append(all, r)
	}
	for _, state := range states[1:] {
		if r, ok := c.finished[state]; ok {
			r.file = n.finished()
			all = append(all, r)
		}
	}
	return all
}

// clockOffset returns by how much DynamoDB's clock is ahead of this machine's. It returns 0 if the offset is not known, or is within
// clockTolerance.
func clockOffset(client *dynamodb.Client) time.Duration {
	if offset := client.Ahead().Round(time.Millisecond); offset.Abs() >= clockTolerance {
		return offset
	}
	return 0
}

// newerThan reports whether a record is of a later run than another record of the same state. Two processes measure the offset of the clocks
// differently. So if two times differ by less than twice the tolerance, their order is not known, and the attempts decide: each run adds to
// them.
func (r Record) newerThan(present Record) bool {
	later := r.FinishedAt.Sub(present.FinishedAt)
	if later.Abs() < 2*clockTolerance {
		return r.Attempts > present.Attempts
	}
	return later > 0
}

// shifted returns the record with an offset added to each of its times.
func (r Record) shifted(offset time.Duration) Record {
	for _, t := range []*time.Time{&r.StartedAt, &r.FinishedAt, &r.AnsweredAt} {
		if !t.IsZero() {
			*t = t.Add(offset).Truncate(time.Millisecond)
		}
	}
	return r
}

// encode returns the item of a content. The times in the item are by DynamoDB's clock. The attributes of an item:
//
//	token, intent        the keys
//	version              the format of the item
//	rev                  random, new with each write: the condition of the next write names it
//	input                the parameters in JSON; the records leave them out
//	runs                 the unknown runs: a map from the run's id to its record, lease and machine
//	open                 "1" if there are unknown runs, which puts the item into the index; else missing
//	succeeded, rejected  the finished records in JSON
//	expires              see ExpiresAttribute
func (t *table) encode(client *dynamodb.Client, c content, rev string) (dynamodb.Item, error) {
	input, err := json.Marshal(c.intent.Input)
	if err != nil {
		return nil, err
	}
	item := dynamodb.Item{
		keyToken: dynamodb.String(c.intent.ClientToken), keyIntent: dynamodb.String(sortKey(c.intent)),
		"rev": dynamodb.String(rev), "version": dynamodb.Number(itemVersion), InputAttribute: dynamodb.String(string(input)),
	}
	offset := clockOffset(client)
	line := func(r Record) string {
		r.Input, r.Profile = nil, ""
		data, _ := r.shifted(offset).encode() // encode fails only for parameters that can't be JSON
		return strings.TrimSpace(string(data))
	}
	runs := dynamodb.Item{}
	for id, r := range c.runs {
		run := dynamodb.Item{"record": dynamodb.String(line(r))}
		if r.lease != nil {
			run["lease"], run["machine"] = dynamodb.Number(r.lease.end.UnixMilli()), dynamodb.String(r.lease.machine)
		}
		runs[id] = dynamodb.Value{M: run}
	}
	var last time.Time
	for state, r := range c.finished {
		item[string(state)] = dynamodb.String(line(r))
		if r.FinishedAt.After(last) {
			last = r.FinishedAt
		}
	}
	switch {
	case len(runs) > 0:
		item["runs"], item["open"] = dynamodb.Value{M: runs}, dynamodb.String("1")
	case t.Keep > 0 && !last.IsZero():
		item[ExpiresAttribute] = dynamodb.Number(last.Add(offset + t.Keep).Unix())
	}
	return item, nil
}

// decode returns the content of an item, with times by this machine's clock. If the item is not what encode returns, the error is a
// [*RecordError].
func (t *table) decode(item dynamodb.Item) (content, error) {
	client, err := t.connect()
	if err != nil {
		return content{}, err
	}
	c, err := decodeItem(client, item, t.profile)
	if err != nil {
		return c, &RecordError{fmt.Sprintf("%s%s: %s %s", scheme, t.Name, item.Text(keyToken), item.Text(keyIntent)), err}
	}
	return c, nil
}

// decodeItem does the work of decode. Each record gets the profile, because no item holds one.
func decodeItem(client *dynamodb.Client, item dynamodb.Item, profile string) (content, error) {
	c := content{runs: map[string]Record{}, finished: map[idem.Outcome]Record{}}
	input, err := inputOf(item)
	if err != nil {
		return c, err
	}
	read := func(state idem.Outcome, line string) (Record, error) {
		r, err := decode([]byte(line))
		if err != nil {
			return r, err
		}
		r = r.shifted(-clockOffset(client))
		r.Outcome, r.Input, r.Profile = state, input, profile
		c.intent = r.Intent
		if r.ClientToken != item.Text(keyToken) || sortKey(r.Intent) != item.Text(keyIntent) {
			return r, errors.New("it is the record of another intent")
		}
		return r, nil
	}
	now, _ := client.Now()
	for _, id := range slices.Sorted(maps.Keys(item["runs"].M)) {
		run := item["runs"].M[id].M
		r, err := read(idem.OutcomeUnknown, run.Text("record"))
		if err != nil {
			return c, err
		}
		end, _ := strconv.ParseInt(run.Text("lease"), 10, 64)
		r.lease = &lease{end: time.UnixMilli(end), machine: run.Text("machine"), now: now}
		c.runs[id] = r
	}
	for _, state := range states[1:] {
		if _, ok := item[string(state)]; !ok {
			continue
		}
		r, err := read(state, item.Text(string(state)))
		if err == nil && r.FinishedAt.IsZero() {
			err = errors.New("the record is incomplete")
		}
		if err != nil {
			return c, err
		}
		c.finished[state] = r
	}
	if c.intent.ClientToken == "" {
		return c, errors.New("it is not a record")
	}
	return c, nil
}

// inputOf returns the parameters in an item. It returns an error if the item has another format.
func inputOf(item dynamodb.Item) (input map[string]any, err error) {
	if version, err := strconv.Atoi(item.Text("version")); err != nil || version != itemVersion {
		return nil, fmt.Errorf("its format is version %q, and this awsidem reads version %d", item.Text("version"), itemVersion)
	}
	if item.Text("rev") == "" { // the condition of the next write needs it
		return nil, errors.New("it has no rev")
	}
	if err := json.Unmarshal([]byte(item.Text(InputAttribute)), &input); err != nil {
		return nil, fmt.Errorf("its parameters can't be read: %w", err)
	}
	return input, nil
}
