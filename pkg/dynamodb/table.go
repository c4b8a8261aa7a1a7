package dynamodb

import (
	"context"
	"slices"
)

// A Key is an attribute of a primary key or of an index.
type Key struct{ Name, Type string }

// A Table is the definition of a table in on-demand mode, with one index of whole items.
type Table struct {
	Name        string
	Keys        [2]Key // partition key, sort key
	Index       string
	IndexKeys   [2]Key
	TagKey, Tag string
}

type keyElement struct{ AttributeName, KeyType string }

type attribute struct{ AttributeName, AttributeType string }

func schema(keys [2]Key) []keyElement {
	return []keyElement{{keys[0].Name, "HASH"}, {keys[1].Name, "RANGE"}}
}

// A Description has the facts that DescribeTable returns about a table.
type Description struct {
	TableStatus            string
	TableArn               string
	AttributeDefinitions   []attribute
	KeySchema              []keyElement
	GlobalSecondaryIndexes []struct {
		IndexName, IndexStatus string
		KeySchema              []keyElement
		Projection             struct{ ProjectionType string }
	}
	Replicas []any
}

// Has reports whether a table has the keys of a definition, with their types, and its index of whole items.
func (d Description) Has(t Table) bool {
	for _, key := range append(t.Keys[:], t.IndexKeys[:]...) {
		if !slices.Contains(d.AttributeDefinitions, attribute{key.Name, key.Type}) {
			return false
		}
	}
	same := func(got []keyElement, keys [2]Key) bool {
		want := schema(keys)
		return len(got) == 2 && (got[0] == want[0] && got[1] == want[1] || got[1] == want[0] && got[0] == want[1])
	}
	for _, index := range d.GlobalSecondaryIndexes {
		if index.IndexName == t.Index && index.Projection.ProjectionType == "ALL" && same(index.KeySchema, t.IndexKeys) {
			return same(d.KeySchema, t.Keys)
		}
	}
	return false
}

// CreateTable makes a table that is billed by request and encrypted with a KMS key that AWS manages. If the name is in use, the error has the
// code ResourceInUseException.
func (c *Client) CreateTable(ctx context.Context, t Table) error {
	attributes := []attribute{}
	seen := map[string]bool{}
	for _, key := range append(t.Keys[:], t.IndexKeys[:]...) {
		if !seen[key.Name] {
			attributes = append(attributes, attribute{key.Name, key.Type})
		}
		seen[key.Name] = true
	}
	type index struct {
		IndexName  string
		KeySchema  []keyElement
		Projection map[string]string
	}
	return c.call(ctx, "CreateTable", struct {
		TableName              string
		AttributeDefinitions   []attribute
		KeySchema              []keyElement
		GlobalSecondaryIndexes []index
		BillingMode            string
		SSESpecification       map[string]any
		Tags                   []map[string]string
	}{
		t.Name, attributes, schema(t.Keys),
		[]index{{t.Index, schema(t.IndexKeys), map[string]string{"ProjectionType": "ALL"}}},
		"PAY_PER_REQUEST", map[string]any{"Enabled": true, "SSEType": "KMS"},
		[]map[string]string{{"Key": t.TagKey, "Value": t.Tag}},
	}, new(struct{}))
}

// A describeAnswer is the answer to DescribeTable.
type describeAnswer struct{ Table Description }

func (d *describeAnswer) fits(string) bool { return d.Table.TableStatus != "" }

// DescribeTable returns the description of a table. If there is no such table, the error has the code ResourceNotFoundException.
func (c *Client) DescribeTable(ctx context.Context, name string) (Description, error) {
	var answer describeAnswer
	err := c.call(ctx, "DescribeTable", map[string]string{"TableName": name}, &answer)
	return answer.Table, err
}

// KeepBackups turns on point-in-time recovery of a table.
func (c *Client) KeepBackups(ctx context.Context, name string) error {
	return c.call(ctx, "UpdateContinuousBackups", map[string]any{
		"TableName": name, "PointInTimeRecoverySpecification": map[string]bool{"PointInTimeRecoveryEnabled": true},
	}, new(struct{}))
}

// Expire makes DynamoDB remove each item some days after the time in an attribute, in seconds since 1970. If time to live is on already, also by
// another attribute, or was changed within the last hour, the error has the code ValidationException.
func (c *Client) Expire(ctx context.Context, name, attribute string) error {
	return c.call(ctx, "UpdateTimeToLive", map[string]any{
		"TableName": name, "TimeToLiveSpecification": map[string]any{"Enabled": true, "AttributeName": attribute},
	}, new(struct{}))
}

// ExpiresBy returns the attribute with the time after which DynamoDB removes an item, "" if DynamoDB removes none.
func (c *Client) ExpiresBy(ctx context.Context, name string) (attribute string, err error) {
	var answer struct {
		TimeToLiveDescription struct{ TimeToLiveStatus, AttributeName string }
	}
	err = c.call(ctx, "DescribeTimeToLive", map[string]string{"TableName": name}, &answer)
	if d := answer.TimeToLiveDescription; d.TimeToLiveStatus == "ENABLED" || d.TimeToLiveStatus == "ENABLING" {
		attribute = d.AttributeName
	}
	return attribute, err
}
