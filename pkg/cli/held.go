package cli

import (
	"fmt"
	"time"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// A heldError reports an intent of unknown outcome that awsidem does not send again.
type heldError struct {
	err  error
	hint string
}

func (e *heldError) Error() string { return e.err.Error() }
func (e *heldError) Unwrap() error { return e.err }

// tooOld returns an error if EC2 may have forgotten the token of an open intent. It returns nil for an intent that EC2 has answered, because
// ensure.Recall describes the resource, and for a tagged intent, because ensure.Adopt finds the resource.
func (g guarantee) tooOld(r journal.Record) error {
	op, ok := awsec2.LookupOperation(r.Operation)
	if !ok || r.Outcome != idem.OutcomeUnknown || len(r.ResourceIDs) > 0 || ensure.Tagged(r.Intent) || time.Now().Before(g.forgottenAt(r)) {
		return nil
	}
	age := time.Since(r.StartedAt)
	why := fmt.Sprintf("is %s old, more than --token-window %s", age.Round(time.Second), time.Duration(g.window))
	if age < 0 {
		why = fmt.Sprintf("has no usable age: its record says that it begins at %s", r.StartedAt.Format(time.RFC3339))
	}
	hint := "check whether the resource exists: " + describeCommand(op, r.Intent)
	if age > 0 {
		window := ageFlag((min(age, maxAge-time.Hour) + time.Hour).Round(time.Hour))
		hint += "; to send the token all the same: " + resumeCommand(r.ClientToken, append([]string{"--token-window", window.String()}, g.connection...))
	}
	return &heldError{
		fmt.Errorf("the intent of token %s %s: EC2 may have forgotten the token, and would create a second %s", r.ClientToken, why, op.Noun),
		hint + "; to give the intent up: awsidem journal forget " + tokenArgument(r.ClientToken),
	}
}

// describeCommand returns the AWS CLI's command that lists the resources which an intent may have made.
func describeCommand(op awsec2.Operation, intent idem.Intent) string {
	command := op.DescribeCommand(intent)
	args := append([]string{"aws"}, command[:2]...)
	for _, option := range [][2]string{{"--region", intent.Region}, {"--profile", intent.Profile}, {"--endpoint-url", intent.Endpoint}} {
		if option[1] != "" {
			args = append(args, option[0], option[1])
		}
	}
	return shellQuote(append(args, command[2:]...))
}
