package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/journal"
)

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
				client, err := a.connect(nil)
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
