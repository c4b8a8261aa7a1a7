package cli

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// openJournal gives the journal of this environment.
func (a *app) openJournal() (*journal.Journal, error) {
	dir, err := journal.DefaultDir(a.getenv)
	if err != nil {
		return nil, &configError{fmt.Errorf("there is no folder for the journal: %w: set AWSIDEM_JOURNAL, or use --no-journal", err)}
	}
	return journal.Open(dir), nil
}

func (a *app) newJournalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:        "journal",
		SuggestFor: []string{"list", "show", "prune", "forget", "history", "log"},
		Short:      "Show what was asked for, and what became of it",
		Long: `Every create is on record before its first byte leaves, in $AWSIDEM_JOURNAL, else in $XDG_STATE_HOME/awsidem/journal
(~/.local/state/awsidem/journal), one file a create. No record holds a credential. An outcome is succeeded, rejected (nothing
was created), unknown, or running while the process lives that creates.

` + localExitCodes,
		Args: cobra.ArbitraryArgs,
		RunE: commandNeeded,
	}
	cmd.AddCommand(a.newJournalListCommand(), a.newJournalShowCommand(), a.newJournalPruneCommand(), a.newJournalForgetCommand())
	return cmd
}

func (a *app) newJournalListCommand() *cobra.Command {
	var outcome string
	cmd := &cobra.Command{
		Use:   "list [--outcome OUTCOME]",
		Short: "List the creates on record",
		Long:  "Lists the creates on record, each with its token, parameters, place, times and outcome.\n\n" + localExitCodes,
		Example: `  awsidem journal list --outcome unknown
  awsidem journal list --query 'Intents[].[ClientToken, Outcome, ResourceId]' --output text`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			switch outcome {
			case "", string(idem.Succeeded), string(idem.NothingCreated), string(idem.OutcomeUnknown), running:
			default:
				return &usageError{err: fmt.Errorf("unknown --outcome %q: it must be succeeded, rejected, unknown or running", outcome)}
			}
			return a.printRecords((*journal.Journal).Records, func(r journal.Record) bool {
				return outcome == "" || outcome == outcomeOf(r)
			})
		},
	}
	cmd.Flags().StringVar(&outcome, "outcome", "", "only those that are succeeded, rejected, unknown or running")
	return cmd
}

func (a *app) newJournalShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show TOKEN",
		Short:   "Show the creates of a client token",
		Long:    "Shows what is on record of a client token: one create, or several if it was used in more than one place.\n\n" + localExitCodes,
		Example: "  awsidem journal show abf653c2-09a2-426d-bd2d-acaac0c98a28",
		Args:    oneToken,
		RunE: func(_ *cobra.Command, args []string) error {
			found := false
			find := func(j *journal.Journal) ([]journal.Record, []error, error) {
				records, problems, err := j.Find(args[0])
				found = len(records) > 0
				if err == nil && !found {
					err = errNotOnRecord(args[0])
				}
				return records, problems, err
			}
			return a.printRecords(find, func(journal.Record) bool { return true })
		},
	}
}

func (a *app) newJournalForgetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "forget TOKEN",
		Short: "Give up the unknown creates of a client token",
		Long: `Takes the creates of a client token whose outcome is unknown out of the journal, and prints them: resume sends them no more. It
is for what you have looked at by hand, as where EC2 refuses it for ever since the VPC is gone. If a resource was made, it stays.
What is finished stays on record, and what a running process works on is left alone.

` + localExitCodes,
		Example: "  awsidem journal forget abf653c2-09a2-426d-bd2d-acaac0c98a28",
		Args:    oneToken,
		RunE: func(_ *cobra.Command, args []string) error {
			forget := func(j *journal.Journal) ([]journal.Record, []error, error) {
				records, problems, err := j.Forget(args[0])
				if err != nil || len(records) > 0 {
					return records, problems, err
				}
				records, problems, err = j.Find(args[0])
				switch {
				case err == nil && len(records) == 0:
					err = errNotOnRecord(args[0])
				case err == nil:
					err = &usageError{err: fmt.Errorf("the create of token %s is on record as %s: there is nothing to give up", args[0], outcomeOf(records[0]))}
				}
				return nil, problems, err
			}
			return a.printRecords(forget, func(journal.Record) bool { return true })
		},
	}
}

func oneToken(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return &usageError{err: errors.New("one client token is required"), hint: "awsidem journal list"}
	}
	return nil
}

func errNotOnRecord(token string) error {
	return &usageError{
		err:  fmt.Errorf("no intent with the client token %q is on record (awsidem token gives the token of a key)", token),
		hint: "awsidem journal list",
	}
}

// printRecords prints those of the journal's records that are wanted.
func (a *app) printRecords(read func(*journal.Journal) ([]journal.Record, []error, error), wanted func(journal.Record) bool) error {
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	log, err := a.openJournal()
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a long journal is all in memory, once: nothing of it is garbage
	records, problems, err := read(log)
	a.reportSkipped(problems)
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		return err
	case err != nil:
		return &configError{fmt.Errorf("reading the journal: %w", err)}
	}
	intents := []any{}
	for _, r := range records {
		if wanted(r) {
			intents = append(intents, describeRecord(r))
		}
	}
	return a.print(printer, "JournalList", map[string]any{"Intents": intents})
}

// reportSkipped warns of the records that could not be read.
func (a *app) reportSkipped(problems []error) {
	for _, problem := range problems {
		a.caution("%v; it is skipped and kept", problem)
	}
}

// running is the outcome, for a user, of an intent whose process lives.
const running = "running"

func outcomeOf(r journal.Record) string {
	if r.Running() {
		return running
	}
	return string(r.Outcome)
}

func isUnknown(r journal.Record) bool { return outcomeOf(r) == string(idem.OutcomeUnknown) }

// describeRecord is a record as journal list prints it. What is not known is null.
func describeRecord(r journal.Record) map[string]any {
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	timestamp := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	var firstID any
	ids := []any{}
	for _, id := range r.ResourceIDs {
		ids = append(ids, id)
		firstID = ids[0]
	}
	return map[string]any{
		"ClientToken": r.ClientToken, "Operation": r.Operation, "Outcome": outcomeOf(r), "ResourceId": firstID, "ResourceIds": ids,
		"Input": r.Input, "Region": orNull(r.Region), "Endpoint": orNull(r.Endpoint), "Profile": orNull(r.Profile),
		"StartedAt": timestamp(r.StartedAt), "FinishedAt": timestamp(r.FinishedAt), "Attempts": r.Attempts,
	}
}

func (a *app) newJournalPruneCommand() *cobra.Command {
	var age ageFlag
	cmd := &cobra.Command{
		Use:   "prune --older-than AGE",
		Short: "Remove records of finished creates",
		Long: `Removes the records of creates that ended longer ago than AGE (as in 30d, 12h) and prints how many. Those that are running
or unknown are kept, however old.

` + localExitCodes,
		Example: "  awsidem journal prune --older-than 30d",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("older-than") {
				return &usageError{err: errors.New("the following arguments are required: --older-than"), hint: "awsidem journal prune --older-than 30d"}
			}
			printer, err := a.newPrinter()
			if err != nil {
				return err
			}
			log, err := a.openJournal()
			if err != nil {
				return err
			}
			removed, problems, err := log.Prune(time.Now().Add(-time.Duration(age)))
			a.reportSkipped(problems)
			if err != nil {
				return &configError{err}
			}
			return a.print(printer, "JournalPrune", map[string]any{"Pruned": removed})
		},
	}
	cmd.Flags().Var(&age, "older-than", "the age, as in 30d or 12h")
	return cmd
}
