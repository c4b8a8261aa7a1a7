package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/journal"
)

func (a *app) newJournalInitCommand() *cobra.Command {
	var (
		policy bool
		keep   string
	)
	cmd := &cobra.Command{
		Use:   "init [--keep AGE] dynamodb://TABLE",
		Short: "Make the DynamoDB table of a journal",
		Long: `Makes the table of a journal that many machines share, and prints the least IAM policies for those who use it. The table is billed
by request, encrypted, and has point-in-time recovery. If the table exists, init checks it. Run init again at any time.

Then set AWSIDEM_JOURNAL on each machine to the Journal that init prints. The table is in the account and Region of the creates: where
EC2 keeps the tokens. The URL takes options, as in dynamodb://TABLE?lease=30s&keep=90d:

  region    the table's Region, if it is not the one of the create
  endpoint  the URL of DynamoDB, if it is not the Region's own
  profile   the profile for the table, if it is not the one of the create; it
            must be of the same account
  lease     how long a create counts as running after the last sign of life of
            its process: 1m, from 3s to 10m
  keep      how many days finished creates stay on record, as 90d; without it
            they stay

--keep 90d adds keep=90d to the URL that init prints. init then also turns the table's time to live on. Each machine needs keep in its URL,
because the process that finishes a create writes when its record may go.`,
		Example: `  awsidem journal init dynamodb://awsidem-journal
  awsidem journal init --keep 90d dynamodb://awsidem-journal
  AWSIDEM_JOURNAL=dynamodb://awsidem-journal awsidem create-route-table --vpc-id vpc-00c84bd9dcad1d728`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !journal.IsTable(args[0]) {
				return &usageError{err: errors.New("the URL of one table is required: dynamodb://TABLE")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("keep") {
				return a.initJournal(cmd.Context(), args[0], policy, nil)
			}
			return a.initJournal(cmd.Context(), args[0], policy, &keep)
		},
	}
	cmd.Flags().BoolVar(&policy, "policy", false, "print the policies, and make nothing")
	cmd.Flags().StringVar(&keep, "keep", "", "how many days finished creates stay on record, such as 90d; without it they stay")
	return cmd
}

// initJournal makes the table of a URL unless the table exists, and prints the URL and the policies. If policy is true, it makes nothing. keep is
// the value of --keep, or nil if the flag is not given.
func (a *app) initJournal(ctx context.Context, location string, policy bool, keep *string) error {
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	t, err := journal.ParseTable(location)
	if err != nil {
		return &usageError{err: fmt.Errorf("the journal %q: %w", location, err)}
	}
	if keep != nil {
		if location, t, err = withKeep(location, t, *keep); err != nil {
			return &usageError{err: err}
		}
	}
	arn := "arn:aws:dynamodb:REGION:ACCOUNT:table/" + t.Name
	if !policy {
		client, err := a.connectTable(ctx, t, nil)
		if err != nil {
			return err
		}
		if arn, err = t.Init(ctx, client, a.warn); err != nil {
			return &configError{err}
		}
	}
	return a.print(printer, "JournalInit", map[string]any{"Journal": location, "TableArn": arn, "Policies": journal.Policies(arn)})
}

// withKeep returns the URL and the table with the option keep. It returns an error if the URL has the option with another value.
func withKeep(location string, t journal.Table, keep string) (string, journal.Table, error) {
	wanted, err := journal.ParseTable("dynamodb://" + t.Name + "?keep=" + url.QueryEscape(keep))
	switch {
	case err != nil:
		return "", t, fmt.Errorf("--keep: %w", err)
	case t.Keep == 0:
		separator := "?"
		if strings.Contains(location, "?") {
			separator = "&"
		}
		location += separator + "keep=" + keep
		t, err = journal.ParseTable(location)
		return location, t, err
	case t.Keep != wanted.Keep:
		return "", t, fmt.Errorf("--keep %q contradicts the URL %q: leave out one of the two", keep, location)
	}
	return location, t, nil
}
