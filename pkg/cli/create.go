package cli

import (
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

// createOptions are what a create was asked for.
type createOptions struct {
	op       awsec2.Operation
	input    inputReader
	skeleton string
	key      string

	ensure    bool
	noJournal bool

	guarantee
	intent idem.Intent
}

func (a *app) newCreateCommand(op awsec2.Operation) *cobra.Command {
	o := &createOptions{op: op, input: inputReader{op: op, readFile: a.readFile}}
	cmd := &cobra.Command{
		Use:   shape.FlagName(op.Name) + usageOf(op.Required) + " [flags]",
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
		f.StringVar(&o.skeleton, "generate-cli-skeleton", "", "create nothing, print a skeleton of the parameters: "+strings.Join(skeletonKinds(), ", "))
		f.Lookup("generate-cli-skeleton").NoOptDefVal = "input"
		f.Lookup("generate-cli-skeleton").Annotations = map[string][]string{optionalFlag: {}}
		f.StringVar(&o.key, "idempotency-key", "", "a name of your own for this resource, as prod/private-a: every run with it means the same one")
		f.BoolVar(&o.ensure, "ensure", false, "tag the resource with its token, and take one that has the tag instead of creating; needs a key or a token")
		f.BoolVar(&o.noJournal, "no-journal", false, "keep no record of this create: if its outcome is unknown, only stderr has the token")
		envDefault(f, "ensure")
		envDefault(f, "no-journal")
		o.guarantee.register(f)
	}
	return cmd
}

func createHelp(op awsec2.Operation) string {
	return op.Summary + `. Takes what "aws ec2 ` + shape.FlagName(op.Name) + `" takes, and prints what it prints.

The client token makes it exactly once: a name of your own (--idempotency-key), a token of your own (--client-token), or a random
one, which stays in the journal until the outcome is known. Failed attempts are repeated with the same token.

` + exitCodesHelp()
}

func createExamples(op awsec2.Operation) string {
	create := "  awsidem " + shape.FlagName(op.Name)
	for _, name := range op.Required {
		create += " --" + shape.FlagName(name) + " " + exampleOf(op, name)
	}
	return create + "\n" +
		create + " --idempotency-key prod/private-a --ensure\n" +
		create + " --query " + op.Resource + "." + op.ID + " --output text\n" +
		create + " --tag-specifications 'ResourceType=" + op.ResourceType() + ",Tags=[{Key=Name,Value=private-a}]'"
}

// exampleOf is a value for a member of an operation's input.
func exampleOf(op awsec2.Operation, member string) string {
	if member == "VpcId" {
		return "vpc-00c84bd9dcad1d728"
	}
	return shape.FlagName(op.Resource) + "-" + shape.FlagName(member)
}

func usageOf(required []string) string {
	var b strings.Builder
	for _, name := range required {
		fmt.Fprintf(&b, " --%s VALUE", shape.FlagName(name))
	}
	return b.String()
}

// create does what the flags ask for: it checks everything that can be checked first, then creates, then prints.
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

	o.connection = connectionFlags(cmd.Flags())
	if o.log, err = a.journalOf(o); err != nil {
		return err
	}
	result, err := a.creator(client, o.guarantee).Create(cmd.Context(), o.intent)
	if err != nil {
		err = &createError{op: o.op, intent: o.intent, again: a.again(o), first: firstUse(o.log, o.intent, err), err: err}
	}
	return a.conclude(printer, o.op, o.intent, result, err)
}

// conclude prints the resource that a create ended with, if there is one, and gives the create's error. There can be both: a
// resource that was created and could not be seen.
func (a *app) conclude(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result, err error) error {
	if result.ResourceID != "" || err == nil {
		if printErr := a.printResult(p, op, intent, result); printErr != nil && err == nil {
			return printErr
		}
	}
	return err
}

// printResult prints what a create made.
func (a *app) printResult(p *printer, op awsec2.Operation, intent idem.Intent, result idem.Result) error {
	if result.Output == nil { // of a dry run: what scripts look for in the AWS CLI's output
		a.say("An error occurred (DryRunOperation) when calling the %s operation: Request would have succeeded, but DryRun flag is set.", op.Name)
		return nil
	}
	if err := a.print(p, op.Name, result.Output); err != nil {
		return fmt.Errorf("%s %s was created with the client token %s, but: %w", op.Noun, result.ResourceID, intent.ClientToken, err)
	}
	return nil
}

// journalOf gives the journal for a create, nil for none. Where the token is not known before, it warns of what an earlier
// run left open.
func (a *app) journalOf(o *createOptions) (*journal.Journal, error) {
	if o.noJournal || o.intent.DryRun() {
		return nil, nil
	}
	log, err := a.openJournal()
	if err != nil {
		if o.keepsToken {
			a.warn(err)
			return nil, nil
		}
		return nil, err
	}
	if !o.keepsToken {
		for _, r := range log.Unfinished(o.intent) {
			a.caution("a create with the same parameters, begun %s, has an unknown outcome; this is another one; to finish that one: %s",
				r.StartedAt.Format(time.RFC3339), resumeCommand(r.ClientToken, o.connection))
		}
	}
	return log, nil
}

// readIntent makes the intent of the flags.
func (o *createOptions) readIntent(cmd *cobra.Command) error {
	input, err := o.input.read(cmd.Flags())
	if err != nil {
		return err
	}
	token, again, err := takeToken(o.op, input, cmd.Flags().Changed("idempotency-key"), o.key)
	if err != nil {
		return err
	}
	o.intent = idem.Intent{Operation: o.op.Name, ClientToken: token, Input: input}
	if o.ensure {
		if !again {
			return errors.New("--ensure needs --idempotency-key or --client-token: a random token names no resource of an earlier run")
		}
		if err := ensure.Tag(&o.intent, o.op.ResourceType()); err != nil {
			return err
		}
	}
	o.keepsToken = again
	return nil
}

// printSkeleton prints what the operation takes or gives, as --generate-cli-skeleton asks for.
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

// again is the command line that sends this intent again, with its token.
func (a *app) again(o *createOptions) string {
	if o.log != nil {
		if _, ok := o.log.Lookup(o.intent); ok {
			return resumeCommand(o.intent.ClientToken, o.connection)
		}
	}
	args := append([]string{"awsidem"}, flagsOf(a.args)...)
	for _, place := range []struct{ flag, given, used string }{ // what the environment said may be gone when this is pasted
		{"--region", a.global.region, o.intent.Region},
		{"--profile", a.global.profile, o.intent.Profile},
		{"--endpoint-url", a.global.endpointURL, o.intent.Endpoint},
	} {
		if place.given == "" && place.used != "" {
			args = append(args, place.flag, place.used)
		}
	}
	if !o.keepsToken {
		args = append(args, "--client-token", o.intent.ClientToken)
	}
	return shellQuote(args)
}
