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
	token, repeatable, err := takeToken(o.op, input, cmd.Flags().Changed("idempotency-key"), o.key)
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

// takeToken removes the client token from the parameters and returns the result of [clienttoken.Choose]. The key counts only if
// hasKey is true.
func takeToken(op awsec2.Operation, input map[string]any, hasKey bool, key string) (token string, repeatable bool, err error) {
	var given, name *string
	if value, ok := op.TakeToken(input); ok {
		given = &value
	}
	if hasKey {
		name = &key
	}
	return clienttoken.Choose(op.Name, given, name)
}
