package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/shape"
)

// createOptions holds the flags of a create command, and the intent that readIntent makes from them.
type createOptions struct {
	op       awsec2.Operation
	input    inputReader
	skeleton string // --generate-cli-skeleton
	key      string // --idempotency-key

	ensure    bool
	noJournal bool
	step      *runStep // nil unless the create is a step of awsidem exec
	numbered  bool     // the token derives from the key of the run and from the create's number

	guarantee
	intent idem.Intent
}

func (a *app) newCreateCommand(op awsec2.Operation) *cobra.Command {
	o := &createOptions{op: op, input: inputReader{op: op, readFile: a.readFile}, step: a.step}
	cmd := &cobra.Command{
		Use:   shape.FlagName(op.Name) + usageOf(op) + " [flags]",
		Short: op.Summary,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "help" { // as in aws ec2 create-route-table help
				return cmd.Help()
			}
			if len(args) > 0 && !awsec2.AllPublic(op.Name) { // it may be a word of user data without quotes
				return &usageError{err: errors.New("an argument is not a flag or its value: quote a value with spaces")}
			}
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			return a.create(cmd, o)
		},
	}
	a.helps[cmd] = func() { cmd.Long, cmd.Example = createHelp(op), createExamples(op) }
	a.setup[cmd] = func() { o.register(cmd.Flags()) }
	return cmd
}

// register adds the flags of a create command.
func (o *createOptions) register(f *pflag.FlagSet) {
	o.input.register(f)
	f.StringVar(&o.skeleton, "generate-cli-skeleton", "", "create nothing; print a skeleton of the parameters: "+strings.Join(skeletonKinds(), ", "))
	f.Lookup("generate-cli-skeleton").NoOptDefVal = "input"
	f.Lookup("generate-cli-skeleton").Annotations = map[string][]string{optionalFlag: {}}
	f.StringVar(&o.key, "idempotency-key", "",
		"your own name for this resource, such as prod/private-a: every run with this name means the same resource")
	f.BoolVar(&o.ensure, "ensure", false,
		"tag the resource with its token; if a resource has the tag already, return it and create nothing; needs a key or a token")
	f.BoolVar(&o.noJournal, "no-journal", false, "keep no record of this create: if the outcome is unknown, only stderr shows the token")
	envDefault(f, "ensure")
	envDefault(f, "no-journal")
	o.guarantee.register(f)
}

// usageOf returns the required flags of an operation's command.
func usageOf(op awsec2.Operation) string {
	custom := customizationOf(op)
	var b strings.Builder
	for _, name := range op.Required() {
		if custom.hasFlag(name) {
			fmt.Fprintf(&b, " --%s VALUE", custom.flagOf(name))
		}
	}
	return b.String()
}

// create runs a create command. It first checks everything that needs no request to EC2. Then it creates the resource and prints the result.
func (a *app) create(cmd *cobra.Command, o *createOptions) error {
	growStack()
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	if o.skeleton != "" {
		return a.printSkeleton(printer, o)
	}
	if err := a.readCreate(cmd, o); err != nil {
		return err
	}
	client, err := a.connectCreate(o)
	if err != nil {
		return err
	}
	if o.log, err = a.journalOf(cmd.Context(), o, client); err != nil {
		return err
	}
	entry := o.entry(cmd.Context(), o.intent)
	if entry != nil && !o.keepsToken {
		a.warnOfSimilar(entry, o.connection)
	}
	if a.step != nil {
		a.step.begin(a, o, entry)
	}
	result, err := a.createWith(cmd.Context(), newLane(o.op, client), entry, o.guarantee, o.intent)
	if a.step != nil {
		a.step.record.ResourceIDs = result.IDs()
	}
	if err != nil {
		err = &createError{op: o.op, intent: o.intent, again: a.againCommand(o, entry), firstUse: explainMismatch(entry, o.intent, err), err: err}
	}
	return a.printCreated(printer, o.op, o.intent, result, err)
}

// readCreate reads the flags and the environment of a create command into o, and checks their values.
func (a *app) readCreate(cmd *cobra.Command, o *createOptions) error {
	if err := o.guarantee.read(a, cmd.Flags()); err != nil {
		return err
	}
	o.connection = connectionFlags(cmd.Flags())
	if a.step != nil {
		a.ensureIfTagged(o, cmd.Flags())
	}
	if err := o.check(cmd); err != nil {
		return err
	}
	if err := o.readIntent(cmd); err != nil {
		return &usageError{err: err}
	}
	return nil
}

// connectCreate returns the client of a create, and sets the intent's place. The token of a numbered create depends on the place, so
// connectCreate sets that token, too.
func (a *app) connectCreate(o *createOptions) (*awsec2.Client, error) {
	client, err := a.connect(nil)
	if err != nil {
		return nil, err
	}
	o.intent.Region, o.intent.Endpoint, o.intent.Profile = client.Region(), client.Endpoint(), a.profile()
	if o.numbered {
		err = o.number()
	}
	return client, err
}

// createWith creates the resource of an intent with all layers of the guarantee. entry is nil if the journal is off. If EC2 may have forgotten the
// token, the error is a *heldError. Otherwise it is an [*idem.OutcomeError]: if EC2 refused a part of the request, with a *partialError and
// together with the result; after a panic, with an unknown outcome.
func (a *app) createWith(ctx context.Context, l lane, entry *journal.Entry, g guarantee, intent idem.Intent) (result idem.Result, err error) {
	var past ensure.Past
	if entry != nil {
		if err := mismatchOnRecord(entry, intent); err != nil {
			return idem.Result{}, err
		}
		if past, err = g.past(entry); err != nil {
			return idem.Result{}, err
		}
	}
	if err := a.checkCredentials(ctx, l.client, entry); err != nil {
		return idem.Result{}, err
	}
	defer recoverUnknown(&err)
	result, err = a.creator(l, entry, past, g).Create(ctx, intent)
	if err == nil && len(result.Failures) > 0 {
		err = &idem.OutcomeError{Outcome: idem.Succeeded, Attempts: result.Attempts, Err: &partialError{result.Failures}}
	}
	return result, err
}

// journalOf returns the journal for a create with a client, or nil if the journal is off or the create is a dry run. If there is no folder for the
// journal and o.keepsToken is true, journalOf warns and returns nil. If AWSIDEM_JOURNAL is set and wrong, journalOf returns an error, because
// other machines would not see the create.
func (a *app) journalOf(ctx context.Context, o *createOptions, client *awsec2.Client) (*journal.Journal, error) {
	if o.noJournal || o.intent.DryRun() {
		return nil, nil
	}
	log, err := a.openJournal(ctx, client)
	if err != nil && o.keepsToken && a.getenv("AWSIDEM_JOURNAL") == "" {
		a.warn(err)
		return nil, nil
	}
	return log, err
}

// warnOfSimilar warns of each earlier create with the same parameters, another token and an unknown outcome. This create has a random token, so it
// makes another resource.
func (a *app) warnOfSimilar(entry *journal.Entry, connection []string) {
	for _, r := range entry.Similar() {
		next := resumeCommand(r.ClientToken, connection)
		if holdsSecret(r.Intent) {
			next = againInWords(r.ClientToken)
		}
		a.caution("an earlier create with the same parameters, begun %s, has an unknown outcome; this command creates another resource; "+
			"to finish the earlier create: %s", r.StartedAt.Format(time.RFC3339), next)
	}
}

// check returns an error if the flags or their variables ask for what the operation can't do. In a step of awsidem exec, the variables hold the
// defaults of all creates, so check ignores them.
func (o *createOptions) check(cmd *cobra.Command) error {
	const stateless = "%s: the %s has no state that awsidem could wait for: use --wait-for visible"
	switch {
	case o.waitFor != "usable" || o.op.State != "":
		return nil
	case cmd.Flags().Changed("wait-for"):
		return &usageError{err: fmt.Errorf(stateless, "--wait-for usable", o.op.Noun)}
	case o.step == nil:
		return &configError{fmt.Errorf(stateless, "AWSIDEM_WAIT_FOR=usable", o.op.Noun)}
	}
	return nil
}
