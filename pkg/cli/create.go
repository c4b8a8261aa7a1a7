package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/retry"
	"github.com/awsidem/awsidem/pkg/shape"
)

// createOptions are what a create was asked for.
type createOptions struct {
	op       awsec2.Operation
	input    inputReader
	policy   retry.Policy
	skeleton string
	key      string

	intent     idem.Intent
	tokenAgain bool // the token could be made again, were it lost
}

func (a *app) newCreateCommand(op awsec2.Operation) *cobra.Command {
	o := &createOptions{op: op, input: inputReader{op: op}}
	cmd := &cobra.Command{
		Use:     shape.FlagName(op.Name) + usageOf(op.Required) + " [flags]",
		Short:   op.Summary,
		Long:    op.Summary + `. Prints what "aws ec2 ` + shape.FlagName(op.Name) + `" prints.` + "\n\n" + exitCodesHelp,
		Example: "  awsidem " + shape.FlagName(op.Name) + " --vpc-id vpc-00c84bd9dcad1d728 --idempotency-key prod/private-a",
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
		f := cmd.Flags()
		o.input.register(f)
		f.StringVar(&o.skeleton, "generate-cli-skeleton", "", "print a skeleton of the parameters and end: input, yaml-input, output")
		f.Lookup("generate-cli-skeleton").NoOptDefVal = "input"
		f.Lookup("generate-cli-skeleton").Annotations = map[string][]string{optionalFlag: {}}
		f.StringVar(&o.key, "idempotency-key", "", "derive the client token from this name of the intent")
		registerPolicy(f, &o.policy)
	}
	return cmd
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
	if err := a.fromEnvironment(cmd.Flags()); err != nil {
		return err
	}
	if err := o.policy.Validate(); err != nil {
		return &usageError{err: err}
	}
	if err := o.readIntent(cmd); err != nil {
		return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
	}
	client, err := a.connect(cmd.Context())
	if err != nil {
		return err
	}
	o.intent.Region, o.intent.Endpoint, o.intent.Profile = client.Region(), client.Endpoint(), a.global.profile

	result, err := a.creator(client, o.policy).Create(cmd.Context(), o.intent)
	if err != nil {
		return &createError{op: o.op, intent: o.intent, rerun: a.rerun(o), err: err}
	}
	if result.Output == nil { // what scripts look for in the AWS CLI's output
		a.say("An error occurred (DryRunOperation) when calling the %s operation: Request would have succeeded, but DryRun flag is set.", o.op.Name)
		return nil
	}
	if err := a.print(printer, o.op.Name, result.Output); err != nil {
		return fmt.Errorf("%s %s was created with the client token %s, but: %w", o.op.Noun, result.ResourceID, o.intent.ClientToken, err)
	}
	return nil
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
	o.tokenAgain = again
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

// rerun is the command line that sends this intent again, with its token.
func (a *app) rerun(o *createOptions) string {
	args := append([]string{"awsidem"}, a.args...)
	if !o.tokenAgain {
		args = append(args, "--client-token", o.intent.ClientToken)
	}
	return shellQuote(args)
}

// shellQuote writes args as a POSIX shell reads them.
func shellQuote(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if arg == "" || strings.ContainsFunc(arg, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+", r)
		}) {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
