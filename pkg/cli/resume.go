package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
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
		Long: `Sends recorded creates again, each with its own parameters, client token, Region, endpoint and profile. If a resource exists already,
EC2 returns it and creates nothing. resume leaves running creates alone. It prints each result as a create does. It exits with 0 if all
creates succeeded, and with 75 if an outcome is still unknown.`,
		Example: `  awsidem resume abf653c2-09a2-426d-bd2d-acaac0c98a28
  awsidem resume --all`,
		RunE: func(cmd *cobra.Command, tokens []string) error { return a.resume(cmd, o, tokens) },
	}
	a.setup[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp()
		f := cmd.Flags()
		f.BoolVar(&o.all, "all", false, "resume all creates whose outcome is unknown")
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
			return &usageError{err: fmt.Errorf("resume takes no --%s: elsewhere the token would create a second resource", name)}
		}
	}
	if o.log, err = a.openJournal(cmd.Context(), nil); err != nil {
		return err
	}
	o.keepsToken, o.connection = true, connectionFlags(cmd.Flags())
	records, err := a.toResume(cmd.Context(), o.log, o.all, tokens)
	if err != nil {
		return err
	}
	return a.resumeEach(cmd.Context(), printer, o, records)
}

// resumeEach resumes the intents of records, one after the other, and reports each failure. It returns the exitStatus of the failure about which
// least is known, nil if there is none, or the cause of the context.
func (a *app) resumeEach(ctx context.Context, p *printer, o *resumeOptions, records []journal.Record) error {
	code, lost := exitOK, 0
	for i := 0; i < len(records); i++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := a.resumeOne(ctx, p, o, records[i])
		if err == nil {
			continue
		}
		var taken *journal.TakenError
		if errors.As(err, &taken) && !taken.Late {
			if o.all { // another process resumes the intent
				lost++
				records = a.withoutTaken(ctx, o.log, records, i+1, lost)
				continue
			}
			err = &heldError{taken, ""}
		}
		a.reportFailure(err)
		if worse := exitCode(err); code == exitOK || worse == exitUnknown {
			code = worse
		}
		if ctx.Err() != nil {
			return exitStatus(exitCode(err))
		}
	}
	if code != exitOK {
		return exitStatus(code)
	}
	return nil
}

// toResume returns the records of the tokens or, if all is true, all records of unknown intents that are not running. A token that is given
// twice counts once.
func (a *app) toResume(ctx context.Context, log *journal.Journal, all bool, tokens []string) ([]journal.Record, error) {
	if all {
		records, problems, err := log.Unfinished(ctx)
		if log.Shared() { // several machines that begin at once begin with different records
			rand.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] }) // #nosec G404 -- no secret
		}
		return slices.DeleteFunc(records, func(r journal.Record) bool { return !isUnknown(r) }), a.checkRead(problems, err)
	}
	var wanted []journal.Record
	for i, token := range tokens {
		if slices.Contains(tokens[:i], token) {
			continue
		}
		records, err := a.findRecords(ctx, log, token)
		if err != nil {
			return nil, err
		}
		open := slices.DeleteFunc(slices.Clone(records), func(r journal.Record) bool { return r.Outcome == idem.NothingCreated })
		if len(open) == 0 { // a refused create is sent again only if the token has no other record
			open = records
		}
		wanted = append(wanted, open...)
	}
	return wanted, nil
}

// withoutTaken returns the records without those that other machines have taken by now. It leaves out only records from the index next on, which
// are still to be resumed. lost is how many records other machines have taken so far. withoutTaken reads the journal only after every fifth.
func (a *app) withoutTaken(ctx context.Context, log *journal.Journal, records []journal.Record, next, lost int) []journal.Record {
	const interval = 5
	if lost%interval != 0 {
		return records
	}
	open, _, err := log.Unfinished(ctx)
	if err != nil {
		return records
	}
	free := map[string]bool{}
	for _, r := range open {
		free[r.ID()] = isUnknown(r)
	}
	rest := slices.DeleteFunc(slices.Clone(records[next:]), func(r journal.Record) bool { return !free[r.ID()] })
	return append(slices.Clone(records[:next]), rest...)
}

// resumeOne sends the intent of a record again, in the same place.
func (a *app) resumeOne(ctx context.Context, p *printer, o *resumeOptions, record journal.Record) error {
	op, ok := awsec2.LookupOperation(record.Operation)
	if !ok {
		return fmt.Errorf("the intent of token %s is of the operation %q, which this awsidem does not know", record.ClientToken, record.Operation)
	}
	if err := a.resumable(record); err != nil {
		return err
	}
	client, err := a.connect(func(options *awsec2.Options) {
		options.Region, options.Profile, options.ProfilePlace = record.Region, a.profileOption(record.Profile), "the record"
		if !o.log.Shared() {
			options.EndpointURL, options.OwnEndpoint = record.Endpoint, true
		}
	})
	if err != nil {
		return err
	}
	if !record.SentTo(client.Endpoint()) { // or whoever can write to the table could have requests signed for a server of theirs
		return &configError{fmt.Errorf("the create of token %s was sent to the endpoint %q, and this environment names %q: "+
			"if the former is yours, set AWS_ENDPOINT_URL_EC2 to it", record.ClientToken, record.Endpoint, client.Endpoint())}
	}
	entry := o.entry(ctx, record.Intent)
	if record.Outcome == idem.OutcomeUnknown {
		entry.Claim(idem.OutcomeUnknown)
	}
	result, err := a.createWith(ctx, newLane(op, client), entry, o.guarantee, record.Intent)
	if err != nil {
		err = &createError{
			op: op, intent: record.Intent, again: resumeCommand(record.ClientToken, o.connection),
			firstUse: explainMismatch(entry, record.Intent, err), err: err,
		}
	}
	return a.printCreated(p, op, record.Intent, result, err)
}

// resumable returns an error if the intent of a record must not be sent again.
func (a *app) resumable(r journal.Record) error {
	if r.Running() {
		return &heldError{fmt.Errorf("the intent of token %s belongs to a process that still runs: resume leaves it alone", r.ClientToken), ""}
	}
	if holdsSecret(r.Intent) {
		return errNotKept(r.Intent)
	}
	if err := clienttoken.Validate(r.ClientToken); err != nil {
		return fmt.Errorf("the create on record can't be sent: %w", err)
	}
	if profile := a.profile(); r.Profile == "" && profile != "" {
		return &configError{fmt.Errorf("the create of token %s began without a profile, but AWS_PROFILE is %q now: unset AWS_PROFILE", r.ClientToken, profile)}
	}
	return nil
}

// resumeCommand returns the command line that resumes an intent.
func resumeCommand(token string, flags []string) string {
	return shellQuote(append([]string{"awsidem", "resume"}, flags...)) + " " + tokenArgument(token)
}

// connectionFlags returns the given flags that a resume needs to reach the endpoint and to wait in the same way.
func connectionFlags(f *pflag.FlagSet) []string {
	var args []string
	for _, name := range []string{
		"no-verify-ssl", "ca-bundle", "no-sign-request", "cli-connect-timeout", "cli-read-timeout", "no-wait", "wait-for", "grace",
	} {
		flag := f.Lookup(name)
		switch {
		case !flag.Changed:
		case flag.Value.Type() != "bool":
			args = append(args, "--"+name, flag.Value.String())
		case flag.Value.String() == "true":
			args = append(args, "--"+name)
		}
	}
	return args
}
