package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// addTopics adds the help topics: texts that are no commands.
func (a *app) addTopics(root *cobra.Command) {
	flags := &cobra.Command{Use: "aws-flags", Short: "The AWS CLI's global flags"}
	a.flags[flags] = func() {
		flags.Long = "All commands take the AWS CLI's global flags, with the meaning that they have there:\n\n" +
			strings.TrimRight(root.PersistentFlags().FlagUsagesWrapped(columns), "\n")
	}
	root.AddCommand(
		flags,
		&cobra.Command{Use: "environment", Short: "The variables of the environment", Long: environmentHelp},
		&cobra.Command{Use: "exit-codes", Short: "The exit codes, and what a script does", Long: exitCodesTopic},
	)
}

const environmentHelp = `awsidem's own:

  AWSIDEM_JOURNAL
      the journal's folder; else $XDG_STATE_HOME/awsidem/journal, else
      ~/.local/state/awsidem/journal
  AWSIDEM_...
      the default of a flag, as AWSIDEM_MAX_ATTEMPTS of --max-attempts; each
      command's --help lists its own. The flags that name a resource
      (--idempotency-key, --client-token) have none: in the environment of a
      script they would turn all its creates into one.

A flag counts before its variable, and the variable before the built-in default. The AWS CLI's and the SDKs', with the meaning
that they have there:

  AWS_REGION, AWS_DEFAULT_REGION
      the Region
  AWS_PROFILE, AWS_DEFAULT_PROFILE
      the profile of the config files
  AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE
      the config files, else ~/.aws/config and ~/.aws/credentials
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
      the credentials
  AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE
      a role to assume, with a web identity (as in EKS and in CI)
  AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL
      the endpoint
  AWS_CA_BUNDLE
      the certificates to trust
  AWS_DEFAULT_OUTPUT
      the output's format
  AWS_MAX_ATTEMPTS
      the default of --max-attempts, unless AWSIDEM_MAX_ATTEMPTS is set
  AWS_EC2_METADATA_DISABLED
      true: do not ask the instance for credentials
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY
      the proxy`

const exitCodesTopic = `Each exit says what is known of the resource.

  0         it exists, exactly once (a dry run: it would have succeeded).
            Go on: the next command can use it.
  65        mismatch: the token was used before, with other parameters or for a
            resource that is gone; nothing was created.
            Stop: the key or the token is the wrong one. The hint says what it
            was used for, if the journal knows.
  75        outcome unknown, or throttled or not reached to the end of the
            budget.
            Run the same again if it has a key or a token of yours, else
            awsidem resume, as the hint says: never a new create.
  130, 143  interrupted by SIGINT, SIGTERM (129: by SIGHUP).
            As for 75, if a request had left; stderr says so.
  252       bad command line or manifest: nothing was sent.
  253       bad configuration or credentials, or a journal that can't be
            written.
            Stop: stderr says which.
  254       EC2 rejected the request: nothing was created.
            Stop: stderr has the AWS CLI's error line, with EC2's code. (Of
            apply: an entry was rejected or is a mismatch.)
  255       anything else, such as a stdout that can't be written.

The codes 252 to 255 and 130 mean what they mean to the AWS CLI, which has 254 for all that awsidem has 65, 75 and 254 for.`
