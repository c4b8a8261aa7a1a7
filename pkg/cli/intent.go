package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
)

// readIntent makes the intent from the flags.
func (o *createOptions) readIntent(cmd *cobra.Command) error {
	input, err := o.input.read(cmd.Flags())
	if err != nil {
		return err
	}
	if dry, given := input["DryRun"]; given && dry == false {
		delete(input, "DryRun") // with or without --no-dry-run, the intent is the same
	}
	var given, key *string
	if token, ok := o.op.TakeToken(input); ok {
		given = &token
	}
	if cmd.Flags().Changed("idempotency-key") {
		key = &o.key
	}
	token, repeatable, err := clienttoken.Choose(o.op.Name, given, key)
	if err != nil {
		return err
	}
	o.intent = idem.Intent{Operation: o.op.Name, ClientToken: token, Input: input}
	if o.step != nil && o.step.run.Key != "" && !repeatable && !o.intent.DryRun() {
		o.numbered, o.keepsToken = true, true
		return nil // number sets the token, once the Region is known
	}
	o.keepsToken = repeatable
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
