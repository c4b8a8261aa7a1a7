package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
)

// Init makes the table of a journal unless the table exists, waits until the table can be used, and returns the table's ARN. Init also turns on
// point-in-time recovery and, if t.Keep is set, the removal of finished records. If one of these two can't be turned on, Init calls warn.
//
// The error is a [*TableError] if the table can't be made or used, is not a journal, or is a global table; or the cause of ctx.
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
	case !usable(found):
		return "", &TableError{
			errors.New(found.TableStatus), fmt.Sprintf("the table %q can't be used: its status is %s", t.Name, found.TableStatus),
			t.initCommand(anotherName),
		}
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
	if err := t.keepBackups(ctx, client); err != nil {
		warn(fmt.Errorf("point-in-time recovery could not be turned on: %w", innermost(err)))
	}
	if t.Keep > 0 {
		if err := t.expire(ctx, client); err != nil {
			warn(fmt.Errorf("the removal of finished records could not be turned on: %w", innermost(err)))
		}
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	return found.TableArn, nil
}

// create makes the table unless it exists, and returns its description when the table and its index are active, or when the table will not become
// active. If the table is being deleted, create makes it anew afterwards.
func (t Table) create(ctx context.Context, client *dynamodb.Client) (found dynamodb.Description, err error) {
	made := false
	err = poll(ctx, func() (done bool, err error) {
		found, err = client.DescribeTable(ctx, t.Name)
		switch {
		case dynamodb.Code(err) == "ResourceNotFoundException" && !made:
			err = client.CreateTable(ctx, t.Definition())
			made = err == nil
			if dynamodb.Code(err) == "ResourceInUseException" { // another process is making the table, or it is being deleted: create tries again
				err = nil
			}
			return false, err
		case dynamodb.Code(err) == "ResourceNotFoundException": // the new table is not visible yet
			return false, nil
		}
		made = made && found.TableStatus != "DELETING"
		return err != nil || ready(found) || !usable(found), err
	})
	return found, err
}

// keepBackups turns on point-in-time recovery. For some time after a table was made, DynamoDB answers that backups are being enabled.
func (t Table) keepBackups(ctx context.Context, client *dynamodb.Client) error {
	const most = 100 // calls, which take three minutes
	calls := 0
	return poll(ctx, func() (done bool, err error) {
		err = client.KeepBackups(ctx, t.Name)
		if calls++; calls < most && dynamodb.Code(err) == "ContinuousBackupsUnavailableException" {
			return false, nil
		}
		return true, err
	})
}

// expire turns on the removal of finished records. DynamoDB refuses to do so if the removal is on, if it is on with another attribute, or if it was
// changed within the last hour.
func (t Table) expire(ctx context.Context, client *dynamodb.Client) error {
	err := client.Expire(ctx, t.Name, ExpiresAttribute)
	if dynamodb.Code(err) != "ValidationException" {
		return err
	}
	attribute, describeErr := client.ExpiresBy(ctx, t.Name)
	if attribute == ExpiresAttribute {
		return nil
	}
	return cmp.Or(describeErr, err)
}

// poll calls do until do reports that it is done, or returns an error. Between the calls it waits for 10 ms, and then each time twice as long, up
// to 2 seconds. If ctx ends, poll returns its cause.
func poll(ctx context.Context, do func() (done bool, err error)) error {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		if done, err := do(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

// usable reports whether a table is active, or will become active without help.
func usable(d dynamodb.Description) bool {
	return !slices.Contains([]string{"INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVING", "ARCHIVED"}, d.TableStatus)
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
		"Init": policy([]any{arn}, "dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:TagResource",
			"dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"),
		"Writer":   ofTable("dynamodb:PutItem", "dynamodb:Query"),                                         // create, apply, resume
		"Reader":   ofTable("dynamodb:Query", "dynamodb:Scan"),                                            // journal list, show
		"Operator": ofTable("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"), // prune, forget, copy
	}
}
