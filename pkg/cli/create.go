package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
	"github.com/awsidem/awsidem/pkg/shape"
)

// createOptions holds the flags of a create, and the intent that they make.
type createOptions struct {
	op       awsec2.Operation
	input    inputReader
	skeleton string
	key      string
	token    string // of --client-token, if it is not a parameter of the operation

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
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			return a.create(cmd, o)
		},
	}
	a.flags[cmd] = func() {
		cmd.Long, cmd.Example = createHelp(op), createExamples(op)
		f := cmd.Flags()
		o.input.register(f)
		if op.Nested != "" { // the AWS CLI has the token in a structure alone
			f.StringVar(&o.token, "client-token", "", memberHelp(op, "ClientToken"))
		}
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

// create runs a create command: it checks everything that can be checked first, then creates, then prints.
func (a *app) create(cmd *cobra.Command, o *createOptions) error {
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
	if err := o.readIntent(cmd); err != nil {
		return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
	}
	options, err := a.clientOptions()
	if err != nil {
		return err
	}
	client, err := a.connect(cmd.Context(), options)
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
	entry := o.entry(o.intent)
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

// createWith creates the resource of an intent, with the whole guarantee around the intent.
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

// conclude prints the resource of a create, if there is one, and returns the create's error. A resource that was created and did not become
// visible comes with an error.
func (a *app) conclude(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result, err error) error {
	if len(result.IDs()) > 0 || err == nil {
		if printErr := a.printResult(p, op, intent, result); printErr != nil && err == nil {
			return printErr
		}
	}
	return err
}

// printResult prints the resource that a create made.
func (a *app) printResult(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result) error {
	if result.Output == nil { // a dry run: scripts search the AWS CLI's output for this line
		a.say("An error occurred (DryRunOperation) when calling the %s operation: Request would have succeeded, but DryRun flag is set.", op.Name)
		return nil
	}
	if err := a.print(p, op.Name, result.Output); err != nil {
		return fmt.Errorf("%s %s was created with the client token %s, but: %w", op.Noun, strings.Join(result.IDs(), ", "), intent.ClientToken, err)
	}
	return nil
}

// journalOf returns the journal for a create, nil if the journal is off. If the token outlives the process anyway, a journal that can't be
// found is a warning.
func (a *app) journalOf(ctx context.Context, o *createOptions, client *awsec2.Client) (*journal.Journal, error) {
	if o.noJournal || o.intent.DryRun() {
		return nil, nil
	}
	log, err := a.openJournal(ctx, client)
	if err != nil && o.keepsToken {
		a.warn(err)
		return nil, nil
	}
	return log, err
}

// warnOfSimilar warns of earlier creates with the same parameters whose outcome is unknown: a new random token makes another resource.
func (a *app) warnOfSimilar(entry *journal.Entry, connection []string) {
	for _, r := range entry.Similar() {
		a.caution("an earlier create with the same parameters, begun %s, has an unknown outcome; this command creates another resource; to finish the earlier create: %s",
			r.StartedAt.Format(time.RFC3339), resumeCommand(r.ClientToken, connection))
	}
}

// readIntent makes the intent from the flags.
func (o *createOptions) readIntent(cmd *cobra.Command) error {
	input, err := o.input.read(cmd.Flags())
	if err != nil {
		return err
	}
	if dry, given := input["DryRun"]; given && dry == false {
		delete(input, "DryRun") // the same intent as without --no-dry-run
	}
	if nested, ok := input[o.op.Nested].(map[string]any); ok && cmd.Flags().Changed("client-token") {
		nested["ClientToken"] = o.token
	}
	token, again, err := takeToken(o.op, input, cmd.Flags().Changed("idempotency-key"), o.key)
	if err != nil {
		return err
	}
	o.intent = idem.Intent{Operation: o.op.Name, ClientToken: token, Input: input}
	if o.step != nil && o.step.run.Key != "" && !again && !o.intent.DryRun() {
		o.numbered, o.keepsToken = true, true
		return nil // number sets the token, once the Region is known
	}
	o.keepsToken = again
	return o.tag()
}

// tag adds the tag of --ensure to the intent.
func (o *createOptions) tag() error {
	if !o.ensure || o.step != nil && o.intent.DryRun() {
		return nil
	}
	if !o.keepsToken {
		return errors.New("--ensure needs --idempotency-key or --client-token: a random token can't find the resource of an earlier run")
	}
	return tagIntent(o.op, &o.intent)
}

// tagIntent adds the tag of --ensure to an intent. It returns an error if the operation takes no tags.
func tagIntent(op awsec2.Operation, intent *idem.Intent) error {
	if !op.Taggable {
		return fmt.Errorf("--ensure finds a resource by its tag, and %s takes no tags: leave out --ensure", shape.FlagName(op.Name))
	}
	return ensure.Tag(intent, op.ResourceType())
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

// againCommand returns the command line that sends this intent again, with its token.
func (a *app) againCommand(o *createOptions, entry *journal.Entry) string {
	if entry != nil && entry.OnRecord() {
		return resumeCommand(o.intent.ClientToken, o.connection)
	}
	args := append([]string{"awsidem"}, flagsOf(a.args)...)
	for _, option := range []struct{ flag, given, used string }{ // the environment may differ where the command is pasted
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
