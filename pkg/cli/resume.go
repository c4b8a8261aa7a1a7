package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/shape"
)

type resumeOptions struct {
	all bool
	guarantee
}

func (a *app) newResumeCommand() *cobra.Command {
	o := &resumeOptions{}
	cmd := &cobra.Command{
		Use:   "resume [TOKEN...] [--all]",
		Short: "Finish creates whose outcome is unknown",
		Long: `Sends creates that are on record again: with the parameters and the client token of each, to its own Region and endpoint and
with its own profile. What was created before is returned, not created again. Creates of processes that still run are left
alone. Prints each result as a create does, and ends with 0 if all succeeded, with 75 if any is still unknown.` + "\n\n" + exitCodesHelp,
		Example: `  awsidem resume abf653c2-09a2-426d-bd2d-acaac0c98a28
  awsidem resume --all`,
		RunE: func(cmd *cobra.Command, tokens []string) error { return a.resume(cmd, o, tokens) },
	}
	a.flags[cmd] = func() {
		f := cmd.Flags()
		f.BoolVar(&o.all, "all", false, "all creates whose outcome is unknown")
		o.guarantee.register(f)
	}
	return cmd
}

func (a *app) resume(cmd *cobra.Command, o *resumeOptions, tokens []string) error {
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	if err := o.guarantee.read(a, cmd.Flags()); err != nil {
		return err
	}
	if o.all == (len(tokens) > 0) {
		return &usageError{err: errors.New("either client tokens or --all must be given"), hint: "awsidem journal list --outcome unknown"}
	}
	for _, name := range []string{"region", "endpoint-url", "profile"} {
		if cmd.Flags().Changed(name) {
			return &usageError{err: fmt.Errorf("--%s can't be changed by a resume: elsewhere the token would create a second resource", name)}
		}
	}
	if o.log, err = a.openJournal(); err != nil {
		return err
	}
	o.keepsToken = true
	records, err := a.toResume(o.log, o.all, tokens)
	if err != nil {
		return err
	}
	code := exitOK
	for _, record := range records {
		err := a.resumeOne(cmd.Context(), printer, o, record)
		if err == nil {
			continue
		}
		a.reportFailure(err)
		if worse := exitCode(err); code == exitOK || worse == exitUnknown {
			code = worse
		}
		if cmd.Context().Err() != nil {
			return exitStatus(exitCode(err))
		}
	}
	if code != exitOK {
		return exitStatus(code)
	}
	return nil
}

// toResume gives the records of tokens, or all unknown ones whose processes have died.
func (a *app) toResume(log *journal.Journal, all bool, tokens []string) ([]journal.Record, error) {
	var wanted []journal.Record
	add := func(records []journal.Record, problems []error, err error) ([]journal.Record, error) {
		for _, problem := range problems {
			a.caution("%v; it is skipped and kept", problem)
		}
		if err != nil {
			return nil, &configError{fmt.Errorf("reading the journal: %w", err)}
		}
		return records, nil
	}
	if all {
		records, err := add(log.Records())
		for _, r := range records {
			if outcomeOf(r) == string(idem.OutcomeUnknown) {
				wanted = append(wanted, r)
			}
		}
		return wanted, err
	}
	for _, token := range tokens {
		records, err := add(log.Find(token))
		if err != nil {
			return nil, err
		}
		if len(records) == 0 {
			return nil, errNotOnRecord(token)
		}
		wanted = append(wanted, records...)
	}
	return wanted, nil
}

// resumeOne sends one intent again, where and as it was sent before.
func (a *app) resumeOne(ctx context.Context, p *printer, o *resumeOptions, record journal.Record) error {
	op, ok := awsec2.LookupOperation(record.Operation)
	if !ok {
		return fmt.Errorf("the intent of token %s is of the operation %q, which this awsidem does not know", record.ClientToken, record.Operation)
	}
	if err := a.resumable(op, record, time.Duration(o.window)); err != nil {
		return err
	}
	options, err := a.clientOptions()
	if err != nil {
		return err
	}
	options.Region, options.Profile = record.Region, record.Profile
	options.EndpointURL, options.OwnEndpoint = record.Endpoint, true
	client, err := a.connect(ctx, options)
	if err != nil {
		return err
	}
	result, err := a.creator(client, o.guarantee).Create(ctx, record.Intent)
	if err != nil {
		err = &createError{op: op, intent: record.Intent, again: resumeCommand(record.ClientToken), err: err}
	}
	return a.conclude(p, op, record.Intent, result, err)
}

// resumable reports as an error why an intent is not to be sent again.
func (a *app) resumable(op awsec2.Operation, r journal.Record, window time.Duration) error {
	if r.Running() {
		return &heldError{fmt.Errorf("the intent of token %s is being created by a process that still runs: it is left alone", r.ClientToken), ""}
	}
	if profile := a.profile(); r.Profile == "" && profile != "" {
		return &configError{fmt.Errorf("the intent of token %s was made without a profile, and AWS_PROFILE is now %q: unset it", r.ClientToken, profile)}
	}
	described := r.ResourceID != "" // by ensure.Recall, instead of being sent
	if age := time.Since(r.StartedAt); age > window && !described && !ensure.Tagged(r.Intent) {
		return &heldError{
			fmt.Errorf("the intent of token %s is %s old, more than --token-window %s: EC2 may have forgotten the token, and would create a second %s",
				r.ClientToken, age.Round(time.Minute), window, op.Noun),
			"look whether it exists: " + lookup(op, r.Intent) + "; to send it all the same: awsidem resume --token-window " +
				(age + time.Hour).Round(time.Hour).String() + " " + shellQuote([]string{r.ClientToken}),
		}
	}
	return nil
}

// lookup is the AWS CLI's command that shows what resources there are of an intent's kind.
func lookup(op awsec2.Operation, intent idem.Intent) string {
	args := []string{"aws", "ec2", shape.FlagName(op.Describe)}
	if intent.Region != "" {
		args = append(args, "--region", intent.Region)
	}
	args = append(args, "--filters")
	for _, member := range op.Agree {
		args = append(args, fmt.Sprintf("Name=%s,Values=%v", shape.FlagName(member), intent.Input[member]))
	}
	return shellQuote(args)
}

// resumeCommand is the command line that resumes an intent.
func resumeCommand(token string) string {
	if token[0] == '-' {
		return shellQuote([]string{"awsidem", "resume", "--", token})
	}
	return shellQuote([]string{"awsidem", "resume", token})
}

// A heldError is an intent of unknown outcome that was not sent again.
type heldError struct {
	err  error
	hint string
}

func (e *heldError) Error() string { return e.err.Error() }
func (e *heldError) Unwrap() error { return e.err }
