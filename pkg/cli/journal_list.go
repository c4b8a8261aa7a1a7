package cli

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

func (a *app) newJournalListCommand() *cobra.Command {
	var outcome string
	cmd := &cobra.Command{
		Use:   "list [--outcome OUTCOME]",
		Short: "List the creates on record",
		Long:  "Lists the creates on record, each with its token, parameters, Region, endpoint, profile, times and outcome.",
		Example: `  awsidem journal list --outcome unknown
  awsidem journal list --query 'Intents[].[ClientToken, Outcome, ResourceId]' --output text`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.listJournal(cmd.Context(), outcome)
		},
	}
	cmd.Flags().StringVar(&outcome, "outcome", "", "list only creates with this outcome: succeeded, rejected, unknown or running")
	return cmd
}

// listJournal prints the records with an outcome, or all records if outcome is "".
func (a *app) listJournal(ctx context.Context, outcome string) error {
	if outcome != "" && !slices.Contains(outcomes(), outcome) {
		return &usageError{err: fmt.Errorf("unknown --outcome %q: it must be succeeded, rejected, unknown or running", outcome)}
	}
	log, printer, err := a.openToPrint(ctx)
	if err != nil {
		return err
	}
	var (
		records []journal.Record // of a folder: Each returns them in order
		sorted  sorter           // of a table
	)
	defer sorted.close()
	if !log.Shared() {
		defer debug.SetGCPercent(debug.SetGCPercent(400)) // the records stay in memory until they are printed
	}
	each := log.Each
	if outcome == string(idem.OutcomeUnknown) || outcome == running {
		each = log.EachUnfinished
	}
	problems, err := each(ctx, func(r journal.Record) error {
		switch {
		case outcome != "" && outcome != outcomeOf(r):
			return nil
		case log.Shared():
			return sorted.add(r)
		}
		records = append(records, r)
		return nil
	})
	if err := a.checkRead(problems, err); err != nil {
		return err
	}
	if log.Shared() {
		return a.printList(printer, listTitle, listName, sorted.all())
	}
	return a.printRecords(printer, records)
}

func (a *app) newJournalShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show TOKEN",
		Short:   "Show the creates of a client token",
		Long:    "Shows the creates of a client token. There are several if the token was used for several operations, Regions or accounts.",
		Example: "  awsidem journal show abf653c2-09a2-426d-bd2d-acaac0c98a28",
		Args:    oneToken,
		RunE: func(cmd *cobra.Command, args []string) error {
			log, printer, err := a.openToPrint(cmd.Context())
			if err != nil {
				return err
			}
			records, err := a.findRecords(cmd.Context(), log, args[0])
			if err != nil {
				return err
			}
			return a.printRecords(printer, records)
		},
	}
}

// findRecords returns the records of a client token. It returns a usageError if there are none.
func (a *app) findRecords(ctx context.Context, log *journal.Journal, token string) ([]journal.Record, error) {
	records, problems, err := log.Find(ctx, token)
	if err := a.checkRead(problems, err); err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, errNotOnRecord(token)
	}
	return records, nil
}
