package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/shape"
)

// addTopics adds the help topics, which cobra takes for commands that do nothing.
func (a *app) addTopics(root *cobra.Command) {
	flags := &cobra.Command{Use: "aws-flags", Short: "The global flags of the AWS CLI"}
	a.setup[flags] = func() {
		flags.Long = "All commands take the AWS CLI's global flags, with the same meaning:\n\n" +
			strings.TrimRight(root.PersistentFlags().FlagUsagesWrapped(columns), "\n")
	}
	exits := &cobra.Command{Use: "exit-codes", Short: "The exit codes, and what a script does next"}
	a.setup[exits] = func() { exits.Long = exitCodesTopic() }
	operations := &cobra.Command{Use: "operations", Short: "What each operation makes, waits for and ensures"}
	a.setup[operations] = func() { operations.Long = operationsTopic() }
	permissions := &cobra.Command{Use: "permissions", Short: "The IAM permissions of each operation"}
	a.setup[permissions] = func() { permissions.Long = permissionsTopic() }
	root.AddCommand(operations, permissions, flags, exits,
		&cobra.Command{Use: "environment", Short: "The environment variables", Long: environmentTopic},
		&cobra.Command{Use: "differences", Short: "The differences from the AWS CLI", Long: differencesTopic})
}

const environmentTopic = `Variables of awsidem:

  AWSIDEM_JOURNAL
      the journal: a folder (default $XDG_STATE_HOME/awsidem/journal, else
      ~/.local/state/awsidem/journal) or a DynamoDB table, dynamodb://TABLE
  AWSIDEM_FLAG_NAME
      the default of --flag-name; each command's --help lists its variables.
      --idempotency-key and --client-token have no variable: with a variable,
      all creates of a script would mean the same resource.

A flag overrides its variable. Variables of the AWS CLI and the SDKs, with the same meaning:

  AWS_REGION, AWS_DEFAULT_REGION
      the Region
  AWS_PROFILE, AWS_DEFAULT_PROFILE
      the profile of the config files
  AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE
      the config files (default ~/.aws/config and ~/.aws/credentials)
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
      the credentials
  AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE
      a role to assume with a web identity (as in EKS and in CI)
  AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL
      the endpoint
  AWS_CA_BUNDLE
      the file of certificates to trust
  AWS_DEFAULT_OUTPUT
      the output format
  AWS_MAX_ATTEMPTS
      the default of --max-attempts, unless AWSIDEM_MAX_ATTEMPTS is set
  AWS_EC2_METADATA_DISABLED
      true: do not ask the instance for credentials
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
      the proxy`

const differencesTopic = `A create of awsidem takes the flags, the environment and the config files of the AWS CLI (version 2), and prints the same output. These
differences are deliberate.

Results:

  - A dry run that would succeed exits with 0, not 254. It still prints
    DryRunOperation on stderr.
  - Failures have the exit codes of "awsidem help exit-codes".
  - ClientToken is always in the output, even if the endpoint does not echo it.
    text has it only where the AWS CLI prints it.
  - A create succeeds only when Describe shows the resource, except with
    --no-wait.
  - The expressions *, keys() and values() of --query list the members of an
    object in alphabetical order.

Requests:

  - awsidem makes up to 20 attempts in 5 minutes, with random waits. It waits
    longer after a throttle, and obeys Retry-After. --max-attempts,
    --max-elapsed-time and other flags change this.
  - Flags can't be abbreviated (--tag-spec).
  - awsidem never asks for an MFA code. For a profile with mfa_serial, use a
    credential_process.

Refusals, before anything is sent. A flag exits with 252, any other setting
with 253:

  - a value that is set and empty: --profile "", AWS_ACCESS_KEY_ID=,
    AWS_REGION=, or a setting without a value in a config file
  - an incomplete or unreadable setting: aws_secret_access_key without
    aws_access_key_id, a duration_seconds that is not a number,
    AWS_EC2_METADATA_DISABLED=1 instead of true
  - a config file that can't be read, such as a folder, a pipe, or a file
    without read permission. The AWS CLI treats such a file as absent.
  - keys in the old files ~/.boto, /etc/boto.cfg and $AWS_CREDENTIAL_FILE
  - a secret with a line break`

// operationsTopic returns the table of all operations.
func operationsTopic() string {
	var b strings.Builder
	b.WriteString("For each operation: the resource that it makes, what --wait waits for by default, and\nwhether it takes --ensure. usable: the next command can use the " +
		"resource. visible: Describe\nshows the resource.\n")
	const format = "  %-56s  %-42s  %-7s  %s\n"
	group := ""
	for _, op := range awsec2.Operations() {
		if op.Group != group {
			group = op.Group
			fmt.Fprintf(&b, "\n"+format, group, "MAKES", "WAITS", "ENSURES")
		}
		makes, waits, ensures := op.Noun, "visible", "no"
		if op.Many {
			makes += ", one or more"
		}
		if op.WaitsUntilUsable() {
			waits = "usable"
		}
		if op.Taggable {
			ensures = "yes"
		}
		fmt.Fprintf(&b, format, shape.FlagName(op.Name), makes, waits, ensures)
	}
	return strings.TrimSpace(b.String())
}

// permissionsTopic returns the IAM actions of all operations.
func permissionsTopic() string {
	var b strings.Builder
	b.WriteString("The IAM actions of each create. --wait and --ensure need the Describe action. Tags and --ensure need\n" +
		"ec2:CreateTags. --ensure needs ec2:DescribeTags. EC2 itself may check more actions, such as iam:PassRole for an instance profile.\n\n")
	for _, op := range awsec2.Operations() {
		fmt.Fprintf(&b, "  %s\n", shape.FlagName(op.Name))
		var actions []string
		for _, p := range op.Permissions() {
			actions = append(actions, p.Action)
		}
		b.WriteString(wrap(actions, "    "))
	}
	return strings.TrimSpace(b.String())
}

// exitCodesTopic returns the table of exit codes, with the advice.
func exitCodesTopic() string {
	var b strings.Builder
	b.WriteString("The exit code of a create says what is known about the resource.\n\n")
	for _, row := range exitTable() {
		const column = 12
		fmt.Fprintf(&b, "  %-*s%s.\n%*s%s\n", column-2, row.codes, hanging(row.meaning, column), column, "", hanging(row.advice, column))
	}
	b.WriteString("\n130 and 252 to 255 mean the same to the AWS CLI. For 65 and 75, the AWS CLI exits with 254 or 255.")
	return b.String()
}
