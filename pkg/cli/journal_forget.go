package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) newJournalForgetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "forget TOKEN",
		Short: "Remove the unknown creates of a client token",
		Long: `Removes the records of a client token whose outcome is unknown, and prints them. awsidem resume then no longer sends these
creates. First check in EC2 whether the resource exists: forget does not delete a resource. Use forget, for example, if EC2 rejects
every retry because the VPC was deleted. Finished and running creates stay on record.`,
		Example: "  awsidem journal forget abf653c2-09a2-426d-bd2d-acaac0c98a28",
		Args:    oneToken,
		RunE: func(cmd *cobra.Command, args []string) error {
			log, printer, err := a.openToPrint(cmd.Context())
			if err != nil {
				return err
			}
			forgotten, problems, err := log.Forget(cmd.Context(), args[0])
			if err != nil || len(forgotten) > 0 {
				a.reportSkipped(problems)
			}
			switch {
			case err != nil: // the journal can't be read or written
				return &configError{err}
			case len(forgotten) > 0:
				return a.printRecords(printer, forgotten)
			}
			records, err := a.findRecords(cmd.Context(), log, args[0]) // which reports the problems, too
			if err != nil {
				return err
			}
			return &usageError{err: fmt.Errorf("the create with the client token %q is on record as %s: only an unknown create can be forgotten",
				args[0], outcomeOf(records[0]))}
		},
	}
}
