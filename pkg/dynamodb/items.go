package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A Value is the value of an attribute: a string, a number or a map.
type Value struct {
	S *string `json:",omitempty"`
	N *string `json:",omitempty"`
	M Item    `json:",omitempty"`
}

// An Item holds the attributes of an item by name, or the members of a map.
type Item map[string]Value

// String returns a Value that is a string.
func String(s string) Value { return Value{S: &s} }

// Number returns a Value that is an integer.
func Number(n int64) Value {
	s := fmt.Sprint(n)
	return Value{N: &s}
}

// Text returns the value of an attribute that is a string or a number. It returns "" if the attribute is missing or is a map.
func (i Item) Text(name string) string {
	switch v := i[name]; {
	case v.S != nil:
		return *v.S
	case v.N != nil:
		return *v.N
	}
	return ""
}

// MaxSize is the largest item, in bytes. See
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items.
const MaxSize = 400 << 10

// Size returns the size of an item in bytes, as DynamoDB counts it; a number counts at most as much as its digits.
func (i Item) Size() int {
	size := 0
	for name, v := range i {
		size += len(name) + 4 // a map adds 3 bytes, and 1 for each member
		if v.S != nil {
			size += len(*v.S)
		}
		if v.N != nil {
			size += len(*v.N)
		}
		size += v.M.Size()
	}
	return size
}

// A Condition is an expression about the item that a write replaces, with the values that the expression names.
type Condition struct {
	Expression string // "": no condition
	Values     Item   // by placeholder, such as ":rev"
}

// A write is the request of a PutItem or a DeleteItem.
type write struct {
	TableName                           string
	Item, Key                           Item   `json:",omitempty"`
	ConditionExpression                 string `json:",omitempty"`
	ExpressionAttributeValues           Item   `json:",omitempty"`
	ReturnValuesOnConditionCheckFailure string
}

// Put writes a whole item. If the condition is not met, the error holds a [*ConflictError]. Each error holds an [*idem.AttemptError].
func (c *Client) Put(ctx context.Context, table string, item Item, condition Condition) error {
	return c.call(ctx, "PutItem", write{table, item, nil, condition.Expression, condition.Values, "ALL_OLD"}, new(emptyAnswer))
}

// Delete removes an item. If the condition is not met, the error holds a [*ConflictError]. Each error holds an [*idem.AttemptError].
func (c *Client) Delete(ctx context.Context, table string, key Item, condition Condition) error {
	return c.call(ctx, "DeleteItem", write{table, nil, key, condition.Expression, condition.Values, "ALL_OLD"}, new(emptyAnswer))
}

// A Query selects the items with certain keys, or all items of the table. Its fields are parameters of DynamoDB's operations Query and Scan.
type Query struct {
	TableName                 string
	IndexName                 string            `json:",omitempty"`
	KeyConditionExpression    string            `json:",omitempty"` // "": all items, with a Scan
	ExpressionAttributeValues Item              `json:",omitempty"`
	ExpressionAttributeNames  map[string]string `json:",omitempty"`
	ConsistentRead            bool              `json:",omitempty"`
	ExclusiveStartKey         Item              `json:",omitempty"`
	Limit                     int               `json:",omitempty"`
}

// A queryAnswer is the answer to a Query or a Scan.
type queryAnswer struct {
	Items            []Item // not nil, also if there are none
	LastEvaluatedKey Item
}

func (q *queryAnswer) fits(string) bool { return q.Items != nil }

// Each calls do with each page of the items that a query selects. If do returns an error, Each stops and returns that error. Any other error
// holds an [*idem.AttemptError].
func (c *Client) Each(ctx context.Context, q Query, do func([]Item) error) error {
	action := "Query"
	if q.KeyConditionExpression == "" {
		action = "Scan"
	}
	for {
		var page queryAnswer
		if err := c.call(ctx, action, q, &page); err != nil {
			return err
		}
		if err := do(page.Items); err != nil {
			return err
		}
		if len(page.LastEvaluatedKey) == 0 {
			return nil
		}
		q.ExclusiveStartKey = page.LastEvaluatedKey
	}
}

// Code returns the error code of DynamoDB that an error holds, such as ResourceNotFoundException. It returns "" if there is none.
func Code(err error) string {
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) {
		return attempt.Code
	}
	return ""
}
