package cli

import (
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
  profile   the profile for the table, if it is not the one of the create; it must be of the same account
  lease     how long a create counts as running after the last sign of life of its process: 1m, from 3s to 10m
  keep      how many days finished creates stay on record, as 90d; without it they stay

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
			printer, err := a.newPrinter()
			if err != nil {
				return err
			}
			location := args[0]
			t, err := journal.ParseTable(location)
			if err != nil {
				return &usageError{err: fmt.Errorf("the journal %q: %w", location, err)}
			}
			if cmd.Flags().Changed("keep") {
				if location, t, err = keeping(location, t, keep); err != nil {
					return &usageError{err: err}
				}
			}
			arn := "arn:aws:dynamodb:REGION:ACCOUNT:table/" + t.Name
			if !policy {
				client, err := a.connectTable(cmd.Context(), t, nil)
				if err != nil {
					return err
				}
				if arn, err = t.Init(cmd.Context(), client, a.warn); err != nil {
					return &configError{err}
				}
			}
			return a.print(printer, "JournalInit", map[string]any{"Journal": location, "TableArn": arn, "Policies": journal.Policies(arn)})
		},
	}
	cmd.Flags().BoolVar(&policy, "policy", false, "print the policies, and make nothing")
	cmd.Flags().StringVar(&keep, "keep", "", "how many days finished creates stay on record, such as 90d; without it they stay")
	return cmd
}

// keeping returns the URL of a table with the option keep added, and the table with that option. The URL may have the same keep already.
func keeping(location string, t journal.Table, keep string) (string, journal.Table, error) {
	wanted, err := journal.ParseTable("dynamodb://" + t.Name + "?keep=" + url.QueryEscape(keep))
	switch {
	case err != nil:
		return "", t, fmt.Errorf("--keep: %w", err)
	case t.Keep == 0:
		separator := "?"
		if strings.Contains(location, "?") {
			separator = "&"
		}
		location, t.Keep = location+separator+"keep="+keep, wanted.Keep
	case t.Keep != wanted.Keep:
		return "", t, fmt.Errorf("--keep %s contradicts the URL %q: leave one of the two out", keep, location)
	}
	return location, t, nil
}

func (a *app) newJournalCopyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Copy the records of a journal to another one",
		Long: `Copies the records of a journal to another one, each a folder or dynamodb://TABLE, and prints how many. Copy again at any time: only
what is new is copied. Creates that run are left out. A table takes only the creates of the current profile and Region, for it belongs
to one account. Of a table, only the creates that were sent to the current EC2 endpoint are copied.`,
		Example: `  awsidem journal copy ~/.local/state/awsidem/journal dynamodb://awsidem-journal`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &usageError{err: errors.New("two journals are required: FROM and TO")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			printer, err := a.newPrinter()
			if err != nil {
				return err
			}
			from, err := a.openAt(cmd.Context(), args[0], nil)
			if err != nil {
				return err
			}
			to, err := a.openAt(cmd.Context(), args[1], nil)
			if err != nil {
				return err
			}
			trusted := func(journal.Record) bool { return true }
			if from.Shared() { // as for resume
				options, err := a.clientOptions()
				if err != nil {
					return err
				}
				client, err := a.connect(cmd.Context(), options)
				if err != nil {
					return err
				}
				trusted = func(r journal.Record) bool { return r.SentTo(client.Endpoint()) }
			}
			copied, problems, err := journal.Copy(cmd.Context(), from, to, trusted)
			a.reportSkipped(problems)
			if err != nil {
				return &configError{err}
			}
			if copied.Foreign > 0 {
				a.caution("%s of other profiles, Regions or endpoints not copied: a table keeps the creates of one account and endpoint", plural(copied.Foreign, "record", "records"))
			}
			return a.print(printer, "JournalCopy", map[string]any{"Copied": copied.Records, "Present": copied.Present, "Running": copied.Running, "Foreign": copied.Foreign})
		},
	}
}
