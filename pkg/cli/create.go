package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/render"
	"github.com/awsidem/awsidem/pkg/shape"
)

// createOptions holds the flags of a create command, and the intent that readIntent makes from them.
type createOptions struct {
	op       awsec2.Operation
	input    inputReader
	skeleton string
	key      string

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
	a.flags[cmd] = func() {
		f := cmd.Flags()
		o.input.register(f)
		f.StringVar(&o.skeleton, "generate-cli-skeleton", "", "create nothing; print a skeleton of the parameters: "+strings.Join(skeletonKinds(), ", "))
		f.Lookup("generate-cli-skeleton").NoOptDefVal = "input"
		f.Lookup("generate-cli-skeleton").Annotations = map[string][]string{optionalFlag: {}}
		f.StringVar(&o.key, "idempotency-key", "", "your own name for this resource, such as prod/private-a: every run with this name means the same resource")
		f.BoolVar(&o.ensure, "ensure", false, "tag the resource with its token, and return a resource that has the tag instead of creating one; needs a key or a token")
		f.BoolVar(&o.noJournal, "no-journal", false, "keep no record of this create: if its outcome is unknown, only stderr shows the token")
		envDefault(f, "ensure")
		envDefault(f, "no-journal")
		o.guarantee.register(f)
	}
	return cmd
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

// create runs a create command. It first checks everything that needs no request. Then it creates the resource and prints it.
func (a *app) create(cmd *cobra.Command, o *createOptions) error {
	growStack()
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	if o.skeleton != "" {
		return a.printSkeleton(printer, o)
	}
	if err := o.guarantee.read(a, cmd.Flags()); err != nil {
		return err
	}
	if a.step != nil {
		a.ensureIfTagged(o, cmd.Flags())
	}
	if err := o.check(cmd); err != nil {
		return err
	}
	if err := o.readIntent(cmd); err != nil {
		return &usageError{err: err}
	}
	client, err := a.connect(nil)
	if err != nil {
		return err
	}
	o.intent.Region, o.intent.Endpoint, o.intent.Profile = client.Region(), client.Endpoint(), a.profile()

	if o.numbered {
		if err := o.number(); err != nil {
			return err
		}
	}
	o.connection = connectionFlags(cmd.Flags())
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
		err = &createError{op: o.op, intent: o.intent, again: a.againCommand(o, entry), first: explainMismatch(entry, o.intent, err), err: err}
	}
	return a.conclude(printer, o.op, o.intent, result, err)
}

// createWith creates the resource of an intent with all layers of the guarantee. entry is nil if the journal is off. The error is a *heldError if
// EC2 may have forgotten the token, and an [*idem.OutcomeError] otherwise. If EC2 refused a part of the request, that error has a *partialError
// and comes with the result. A panic becomes an unknown outcome.
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
	result, err = a.creator(l, entry, past, g.goal(l.op), g).Create(ctx, intent)
	if err == nil && len(result.Failures) > 0 {
		err = &idem.OutcomeError{Outcome: idem.Succeeded, Attempts: result.Attempts, Err: &partialError{result.Failures}}
	}
	return result, err
}

// conclude prints the resource of a create, if there is one, and returns err, or else the error of printing. There can be a resource and an err:
// a resource that is not visible in time, for example.
func (a *app) conclude(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result, err error) error {
	if len(result.IDs()) > 0 || err == nil {
		if printErr := a.printResult(p, op, intent, result); printErr != nil && err == nil {
			return printErr
		}
	}
	return err
}

// printResult prints the resource that a create made, or the result of a dry run.
func (a *app) printResult(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result) error {
	if result.Output == nil { // a dry run: scripts search the AWS CLI's stderr for this line
		a.say("An error occurred (DryRunOperation) when calling the %s operation: Request would have succeeded, but DryRun flag is set.", op.Name)
		return nil
	}
	output := result.Output
	columns := p.format == render.Text && a.global.query == "" // scripts cut them apart
	if !op.EchoesToken() && (columns || a.step != nil) {
		output = maps.Clone(output)
		delete(output, "ClientToken") // the AWS CLI prints none
	}
	if err := a.print(p, op.Name, output); err != nil {
		return fmt.Errorf("%s %s was created with the client token %s, but: %w", op.Noun, strings.Join(result.IDs(), ", "), intent.ClientToken, err)
	}
	return nil
}

// journalOf returns the journal for a create with a client. It returns nil if the journal is off, or if the create is a dry run. If there is no
// folder for the journal and o.keepsToken is true, journalOf warns and returns nil. A wrong URL of a table is an error of every create: other
// machines would not see the create.
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

// warnOfSimilar warns of each earlier create with the same parameters, another token and an unknown outcome: this create has a random token, and
// so makes another resource.
func (a *app) warnOfSimilar(entry *journal.Entry, connection []string) {
	for _, r := range entry.Similar() {
		next := resumeCommand(r.ClientToken, connection)
		if holdsSecret(r.Intent) {
			next = againInWords(r.ClientToken)
		}
		a.caution("an earlier create with the same parameters, begun %s, has an unknown outcome; this command creates another resource; to finish the earlier create: %s",
			r.StartedAt.Format(time.RFC3339), next)
	}
}

// check returns an error if the operation can't do what the flags or their variables ask for. The --wait-for of awsidem exec is for those of
// its creates that can do it.
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

// printSkeleton prints a skeleton of the operation's input or output, as --generate-cli-skeleton selects.
func (a *app) printSkeleton(p *printer, o *createOptions) error {
	switch o.skeleton {
	case "input":
		return a.result(shape.Skeleton(o.op.Input, o.op.Notes()))
	case "yaml-input":
		return a.result(shape.SkeletonYAML(o.op.Input, o.op.Notes()))
	case "output":
		return a.print(p, o.op.Name, shape.OutputSkeleton(o.op.Output))
	}
	return &usageError{err: fmt.Errorf("unknown --generate-cli-skeleton %q: it must be input, yaml-input or output", o.skeleton)}
}

// againCommand returns the command line that sends this intent again, with its token: awsidem resume if the intent is on record, else the
// same create.
func (a *app) againCommand(o *createOptions, entry *journal.Entry) string {
	if entry != nil && entry.OnRecord() && !holdsSecret(o.intent) {
		return resumeCommand(o.intent.ClientToken, o.connection)
	}
	if holdsSensitive(o.intent) {
		return againInWords(o.intent.ClientToken)
	}
	args := append([]string{"awsidem"}, flagsOf(a.args)...)
	for _, option := range []struct{ flag, given, used string }{ // the command has to work in another environment, too
		{"--region", a.global.region, o.intent.Region},
		{"--profile", a.global.profile, o.intent.Profile},
		{"--endpoint-url", a.global.endpointURL, o.intent.Endpoint},
	} {
		if option.given == "" && option.used != "" {
			args = append(args, option.flag, option.used)
		}
	}
	if !o.keepsToken || o.numbered {
		args = append(args, "--client-token", o.intent.ClientToken)
	}
	return shellQuote(args)
}
