package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/text"
)

func (a *app) newTokenCommand() *cobra.Command {
	key, operation := new(string), ""
	cmd := &cobra.Command{
		Use:   "token [--idempotency-key KEY --operation OPERATION]",
		Short: "Print a client token without calling AWS",
		Long: `Prints a random client token, or the token that a create derives from an idempotency key. The derived token is the UUIDv5
(RFC 9562) of "OPERATION:KEY" in the namespace ` + clienttoken.Namespace.String() + `. This command prints the same token:

  uuidgen --sha1 --namespace ` + clienttoken.Namespace.String() + ` --name CreateRouteTable:KEY

The output is the token alone. With --output or --query, the output is an object with the member ClientToken.`,
		Example: `  awsidem token
  awsidem token --idempotency-key prod/private-a --operation CreateRouteTable`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("idempotency-key") {
				key = nil
			}
			token, err := makeToken(operation, key)
			if err != nil {
				return err
			}
			if a.global.output == "" && a.global.query == "" { // AWS_DEFAULT_OUTPUT does not count: $(awsidem token) needs the token
				return a.result([]byte(token + "\n"))
			}
			printer, err := a.newPrinter()
			if err != nil {
				return err
			}
			return a.print(printer, "Token", map[string]any{"ClientToken": token})
		},
	}
	a.setup[cmd] = func() {
		cmd.Long += "\n\n" + exitCodesHelp("0: the token was printed", "252: bad command line")
		cmd.Flags().StringVar(key, "idempotency-key", "", "derive the token from this key")
		cmd.Flags().StringVar(&operation, "operation", "", "the operation that the key is for, such as CreateRouteTable or create-route-table")
	}
	return cmd
}

// makeToken returns the token of a key for an operation, or a random token if neither is given.
func makeToken(operation string, key *string) (string, error) {
	const hint = "awsidem token --idempotency-key KEY --operation CreateRouteTable"
	var (
		name    string
		mistake error
	)
	switch {
	case key == nil && operation != "":
		mistake = errors.New("--operation needs --idempotency-key: a random token belongs to no operation")
	case key != nil && operation == "":
		mistake = errors.New("--idempotency-key needs --operation: a token belongs to one operation")
	case key != nil:
		name, mistake = operationName(operation)
	}
	if mistake != nil {
		return "", &usageError{err: mistake, hint: hint}
	}
	token, _, err := clienttoken.Choose(name, nil, key)
	if err != nil && key != nil {
		return "", &usageError{err: fmt.Errorf("--idempotency-key: %w", err), hint: hint}
	}
	return token, err
}

// operationName returns the name of an operation that is given as CreateRouteTable or as create-route-table. If awsidem does not have the
// operation, the error explains why, or suggests similar names.
func operationName(given string) (string, error) {
	if name, _, known := awsec2.OfCommand(given); known {
		return name, nil
	}
	if slices.Contains(awsec2.OperationNames(), given) {
		return given, nil
	}
	if f, known := foreignOperation(given); known {
		return "", fmt.Errorf("unknown operation %q: %s", given, f.why())
	}
	near := text.Near(given, append(awsec2.OperationNames(), awsec2.Commands()...))
	return "", fmt.Errorf("unknown operation %q%s", given, didYouMean(near, ""))
}
