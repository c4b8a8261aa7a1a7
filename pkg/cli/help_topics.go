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
	a.flags[flags] = func() {
		flags.Long = "All commands take the AWS CLI's global flags, with the same meaning:\n\n" +
			strings.TrimRight(root.PersistentFlags().FlagUsagesWrapped(columns), "\n")
	}
	exits := &cobra.Command{Use: "exit-codes", Short: "The exit codes, and what a script does next"}
	a.flags[exits] = func() { exits.Long = exitCodesTopic() }
	operations := &cobra.Command{Use: "operations", Short: "What each operation makes, waits for and ensures"}
	a.flags[operations] = func() { operations.Long = operationsTopic() }
	permissions := &cobra.Command{Use: "permissions", Short: "The IAM permissions of each operation"}
	a.flags[permissions] = func() { permissions.Long = permissionsTopic() }
	root.AddCommand(operations, permissions, flags, &cobra.Command{Use: "environment", Short: "The environment variables", Long: environmentTopic}, exits)
}

const environmentTopic = `Variables of awsidem:

  AWSIDEM_JOURNAL
      the journal: a folder, or dynamodb://TABLE ("awsidem journal init --help");
      the default is the folder $XDG_STATE_HOME/awsidem/journal or
      ~/.local/state/awsidem/journal
  AWSIDEM_FLAG_NAME
      the default of --flag-name; each command's --help lists its variables.
      The flags that name a resource (--idempotency-key, --client-token) have
      no variable: it would make all creates of a script one resource.

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

// operationsTopic returns the table of all operations.
func operationsTopic() string {
	var b strings.Builder
	b.WriteString("The commands of EC2's operations: what each makes, until when --wait waits by default\n(usable: the next command can use it; " +
		"visible: Describe shows it), and whether --ensure is possible.\n")
	const format = "  %-55s  %-42s  %-7s  %s\n"
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
	b.WriteString("The IAM actions of each create. A Describe action is for --wait and --ensure, ec2:CreateTags for tags and --ensure, and\n" +
		"ec2:DescribeTags for --ensure. EC2 itself may check more, such as iam:PassRole for an instance profile.\n\n")
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
	b.WriteString("The exit code says what is known about the resource.\n\n")
	for _, row := range exitTable() {
		const column = 12
		fmt.Fprintf(&b, "  %-*s%s.\n%*s%s\n", column-2, row.codes, hanging(row.meaning, column), column, "", hanging(row.advice, column))
	}
	b.WriteString("\n252 to 255 and 130 mean what they mean to the AWS CLI, except that the AWS CLI ends with 254 where awsidem ends with 65, 75 or 254.")
	return b.String()
}
