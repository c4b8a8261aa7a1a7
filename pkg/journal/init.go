package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// Init makes the table of a journal unless the table exists, waits until the table can be used, and returns the table's ARN. Init also turns on
// point-in-time recovery and, if t.Keep is set, the removal of finished records. If one of these two can't be turned on, Init calls warn.
//
// The error is a [*TableError] if the table can't be made, is not a journal, or is a global table; or the cause of ctx.
func (t Table) Init(ctx context.Context, client *dynamodb.Client, warn func(error)) (arn string, err error) {
	found, err := t.create(ctx, client)
	switch {
	case err != nil && ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		failed := &TableError{err, fmt.Sprintf("the table %q can't be made: %v", t.Name, innermost(err)), ""}
		if dynamodb.Code(err) == "AccessDeniedException" {
			failed.Command = t.initCommand(t.Name, "--policy")
		}
		return "", failed
	case !found.Has(t.Definition()):
		return "", &TableError{
			errors.New("another schema"), fmt.Sprintf("the table %q exists, and is not a journal", t.Name),
			t.initCommand(anotherName),
		}
	case len(found.Replicas) > 0:
		return "", &TableError{
			errors.New("replicas"),
			fmt.Sprintf("the table %q is a global table: of two writes in two Regions DynamoDB would keep the last, and lose a record", t.Name),
			t.initCommand(anotherName),
		}
	}
	if err := client.KeepBackups(ctx, t.Name); err != nil {
		warn(fmt.Errorf("point-in-time recovery could not be turned on: %w", innermost(err)))
	}
	if t.Keep > 0 {
		err := client.Expire(ctx, t.Name, ExpiresAttribute)
		if err != nil && dynamodb.Code(err) != "ValidationException" { // that code means: the removal is on already
			warn(fmt.Errorf("the removal of finished records could not be turned on: %w", innermost(err)))
		}
	}
	return found.TableArn, nil
}

// create makes the table unless it exists, and returns its description when the table and its index are active.
func (t Table) create(ctx context.Context, client *dynamodb.Client) (dynamodb.Description, error) {
	found, err := client.DescribeTable(ctx, t.Name)
	if dynamodb.Code(err) == "ResourceNotFoundException" {
		err = client.CreateTable(ctx, t.Definition())
		if dynamodb.Code(err) == "ResourceInUseException" { // another process is making the table
			err = nil
		}
	}
	for wait := 10 * time.Millisecond; err == nil && !ready(found); wait = min(2*wait, 2*time.Second) {
		select {
		case <-ctx.Done():
			return found, context.Cause(ctx)
		case <-time.After(wait):
		}
		found, err = client.DescribeTable(ctx, t.Name)
		if dynamodb.Code(err) == "ResourceNotFoundException" { // the new table is not visible yet
			found, err = dynamodb.Description{}, nil
		}
	}
	return found, err
}

// ready reports whether a table and its indexes are active.
func ready(d dynamodb.Description) bool {
	if d.TableStatus != "ACTIVE" {
		return false
	}
	for _, index := range d.GlobalSecondaryIndexes {
		if index.IndexStatus != "ACTIVE" {
			return false
		}
	}
	return true
}

// Policies returns the least IAM policies for the table with an ARN, by the names Init, Writer, Reader and Operator.
func Policies(arn string) map[string]any {
	policy := func(resources []any, actions ...any) any {
		return map[string]any{
			"Version":   "2012-10-17",
			"Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": resources}},
		}
	}
	ofTable := func(actions ...any) any { return policy([]any{arn, arn + "/index/" + openIndex}, actions...) }
	return map[string]any{
		"Init": policy([]any{arn}, "dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:TagResource",
			"dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"),
		"Writer":   ofTable("dynamodb:PutItem", "dynamodb:Query"),                                         // create, apply, resume
		"Reader":   ofTable("dynamodb:Query", "dynamodb:Scan"),                                            // journal list, show
		"Operator": ofTable("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"), // prune, forget, copy
	}
}
