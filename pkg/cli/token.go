package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/shape"
)

func (a *app) newTokenCommand() *cobra.Command {
	var key, operation string
	cmd := &cobra.Command{
		Use:   "token [--idempotency-key KEY --operation OPERATION]",
		Short: "Print a client token without calling AWS",
		Long: `Prints a client token: a random one, or the one that a create derives from an idempotency key. The latter is the UUIDv5
(RFC 9562) of "OPERATION:KEY" in the namespace ` + clienttoken.Namespace.String() + `, so that this gives the same:

  uuidgen --sha1 --namespace ` + clienttoken.Namespace.String() + ` --name CreateRouteTable:KEY

It prints the token alone; with --output or --query it is the ClientToken of an object, printed as that of a create.

` + exitCodesMark + `
  0    it was printed
  252  bad command line`,
		Example: `  awsidem token
  awsidem token --idempotency-key prod/private-a --operation CreateRouteTable`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			token, err := makeToken(cmd.Flags().Changed("idempotency-key"), key, operation)
			if err != nil {
				return err
			}
			if a.global.output == "" && a.global.query == "" { // whatever the configured output is: $(awsidem token) wants the token
				return a.result([]byte(token + "\n"))
			}
			printer, err := a.newPrinter()
			if err != nil {
				return err
			}
			return a.print(printer, "Token", map[string]any{"ClientToken": token})
		},
	}
	cmd.Flags().StringVar(&key, "idempotency-key", "", "derive the token from this key")
	cmd.Flags().StringVar(&operation, "operation", "", "the operation that the key is for: "+operationNames(", "))
	return cmd
}

func makeToken(derive bool, key, operation string) (string, error) {
	const hint = "awsidem token --idempotency-key KEY --operation CreateRouteTable"
	if !derive {
		if operation != "" {
			return "", &usageError{err: errors.New("--operation needs --idempotency-key: a random token is of no operation"), hint: hint}
		}
		return clienttoken.Generate()
	}
	for _, op := range awsec2.Operations() {
		if operation == op.Name || operation == shape.FlagName(op.Name) {
			token, err := clienttoken.Derive(op.Name, key)
			if err != nil {
				return "", &usageError{err: fmt.Errorf("--idempotency-key: %w", err), hint: hint}
			}
			return token, nil
		}
	}
	if operation == "" {
		return "", &usageError{err: errors.New("--idempotency-key needs --operation: a token is of one operation"), hint: hint}
	}
	return "", &usageError{err: fmt.Errorf("unknown operation %q: it must be one of %s", operation, operationNames(", ")), hint: hint}
}

func operationNames(separator string) string {
	var names []string
	for _, op := range awsec2.Operations() {
		names = append(names, op.Name)
	}
	return strings.Join(names, separator)
}
