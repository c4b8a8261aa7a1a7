package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) newJournalPruneCommand() *cobra.Command {
	var age ageFlag
	cmd := &cobra.Command{
		Use:   "prune --older-than AGE",
		Short: "Remove the records of finished creates",
		Long: `Removes the records of creates that finished longer ago than AGE, such as 30d or 12h, and prints the number of removed records.
Running and unknown creates stay on record at any age.`,
		Example: "  awsidem journal prune --older-than 30d",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("older-than") {
				return &usageError{err: errors.New("the following arguments are required: --older-than"), hint: "awsidem journal prune --older-than 30d"}
			}
			log, printer, err := a.openToPrint(cmd.Context())
			if err != nil {
				return err
			}
			removed, problems, err := log.Prune(cmd.Context(), time.Now().Add(-time.Duration(age)))
			a.reportSkipped(problems)
			if err != nil {
				return &configError{err}
			}
			return a.print(printer, "JournalPrune", map[string]any{"Pruned": removed})
		},
	}
	cmd.Flags().Var(&age, "older-than", "the age, such as 30d or 12h; required")
	cmd.Flags().Lookup("older-than").DefValue = "" // the help shows no default
	return cmd
}
