package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// explain returns a [*TableError] with the remedy for an error of DynamoDB. If the context has ended, explain returns the context's cause. If
// err is nil, explain returns nil.
func (t *table) explain(ctx context.Context, err error) error {
	switch code := dynamodb.Code(err); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case code == "ResourceNotFoundException":
		return &TableError{err, fmt.Sprintf("the table %q does not exist in this account and Region", t.Name), t.initCommand(t.Name)}
	case code == "AccessDeniedException":
		return &TableError{err, fmt.Sprintf("the table %q may not be used: %v", t.Name, innermost(err)), t.initCommand(t.Name, "--policy")}
	case code == "ValidationException":
		message := fmt.Sprintf("the table %q is not a journal, or its index is missing: %v", t.Name, innermost(err))
		return &TableError{err, message, t.initCommand(anotherName)}
	case errors.As(err, new(*dynamodb.UnreachableError)):
		return &TableError{err, fmt.Sprintf("the table %q can't be reached: %v", t.Name, innermost(err)), ""}
	}
	return &TableError{err, fmt.Sprintf("the table %q can't be used: %v", t.Name, innermost(err)), ""}
}

// innermost returns the error of the last attempt in err, without what package retry adds. It returns err if there was no attempt.
func innermost(err error) error {
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) {
		return attempt
	}
	return err
}

// A TableError reports that a table could not be used.
type TableError struct {
	Err     error
	Message string
	Command string // the awsidem command that is the remedy; "" if there is none
}

// Error returns the message. A TableError does not unwrap to Err, because the caller would take DynamoDB's answer for an answer of EC2.
func (e *TableError) Error() string { return e.Message }
