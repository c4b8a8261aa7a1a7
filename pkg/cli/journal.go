package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

func (a *app) newJournalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:        "journal",
		SuggestFor: []string{"list", "show", "prune", "forget", "init", "copy", "history", "log"},
		Short:      "Show the creates on record and their outcomes",
		Long: `awsidem records every create before it sends the first request. The journal is the folder $AWSIDEM_JOURNAL, else
$XDG_STATE_HOME/awsidem/journal, else ~/.local/state/awsidem/journal, with one file for each create. No record holds a credential.

With AWSIDEM_JOURNAL=dynamodb://TABLE, the journal is a DynamoDB table that many machines can share: see awsidem journal init --help.

The outcome of a create is succeeded, rejected (nothing was created), unknown or running. A create is running while its process lives. In
a table, a create is running while its lease lasts.`,
		Args: cobra.ArbitraryArgs,
		RunE: commandNeeded,
	}
	for _, sub := range []*cobra.Command{
		a.newJournalListCommand(), a.newJournalShowCommand(), a.newJournalPruneCommand(),
		a.newJournalForgetCommand(), a.newJournalInitCommand(), a.newJournalCopyCommand(),
	} {
		a.setup[sub] = func() {
			sub.Long += "\n\n" + exitCodesHelp("0: the command succeeded", "252: bad command line",
				"253: bad configuration, or the journal can't be read", "255: any other failure")
		}
		cmd.AddCommand(sub)
	}
	return cmd
}

// openJournal returns the journal that the environment names, for creates of a client. A journal in a table uses the client's credentials. If
// client is nil, the table uses the credentials of the environment and of the flags.
func (a *app) openJournal(ctx context.Context, client *awsec2.Client) (*journal.Journal, error) {
	name, err := journal.Name(a.getenv)
	if err != nil {
		return nil, &configError{fmt.Errorf("there is no folder for the journal: %w: set AWSIDEM_JOURNAL, or use --no-journal", err)}
	}
	return a.openAt(ctx, name, client)
}

// openAt returns the journal that a name stands for. client is as for openJournal.
func (a *app) openAt(ctx context.Context, name string, client *awsec2.Client) (*journal.Journal, error) {
	location, err := journal.Locate(name)
	if err != nil {
		return nil, &configError{fmt.Errorf("the journal %w", err)}
	}
	if !journal.IsTable(location) {
		return journal.Open(location), nil
	}
	t, err := journal.ParseTable(location)
	if err != nil {
		return nil, &configError{fmt.Errorf("the journal %q: %w", location, err)}
	}
	return journal.OpenTable(t, a.profile(), func() (*dynamodb.Client, error) {
		connected, err := a.connectTable(ctx, t, client)
		if err != nil {
			return nil, &journal.TableError{Err: err, Message: fmt.Sprintf("the table %q can't be used: %v", t.Name, err)}
		}
		return connected, nil
	}), nil
}

// openToPrint returns the journal that the environment names, and the printer of --output and --query.
func (a *app) openToPrint(ctx context.Context) (*journal.Journal, *printer, error) {
	printer, err := a.newPrinter()
	if err != nil {
		return nil, nil, err
	}
	log, err := a.openJournal(ctx, nil)
	return log, printer, err
}

// oneToken is the cobra.PositionalArgs of a command that takes one client token.
func oneToken(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return &usageError{err: errors.New("one client token is required"), hint: "awsidem journal list"}
	}
	return nil
}

// errNotOnRecord returns the error of a command whose token has no record.
func errNotOnRecord(token string) error {
	return &usageError{
		err:  fmt.Errorf("no create with the client token %q is on record (awsidem token prints the token of a key)", token),
		hint: "awsidem journal list",
	}
}

// checkRead warns of records that could not be read. It returns err, the error of reading the journal, as a configError, or nil if err is nil.
func (a *app) checkRead(problems []error, err error) error {
	a.reportSkipped(problems)
	if err != nil {
		return &configError{fmt.Errorf("reading the journal: %w", err)}
	}
	return nil
}

// reportSkipped warns of records that could not be read.
func (a *app) reportSkipped(problems []error) {
	for _, problem := range problems {
		a.caution("%v; it is skipped and kept", problem)
	}
}

// running is the outcome that is shown for a create of which [journal.Record.Running] is true.
const running = "running"

// outcomes returns the outcomes that are shown for records.
func outcomes() []string {
	return []string{string(idem.Succeeded), string(idem.NothingCreated), string(idem.OutcomeUnknown), running}
}

// outcomeOf returns the outcome that is shown for a record: one of outcomes.
func outcomeOf(r journal.Record) string {
	if r.Running() {
		return running
	}
	return string(r.Outcome)
}

// isUnknown reports whether the outcome of a record is unknown, and its run has ended.
func isUnknown(r journal.Record) bool { return outcomeOf(r) == string(idem.OutcomeUnknown) }

// Records are printed as an object with one member. listTitle is the object's title, and listName the member's name.
const (
	listTitle = "JournalList"
	listName  = "Intents"
)

// printRecords prints records as {"Intents": [...]}.
func (a *app) printRecords(p *printer, records []journal.Record) error {
	return a.printList(p, listTitle, listName, func(yield func(any, error) bool) {
		for _, r := range records {
			if !yield(describeRecord(r), nil) {
				return
			}
		}
	})
}

// describeRecord returns a record as journal list prints it. An unknown value is nil.
func describeRecord(r journal.Record) map[string]any {
	orNil := func(s string) any {
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
	input := awsec2.Masked(r.Operation, r.Input)
	if input == nil {
		input = map[string]any{} // its JSON is {}
	}
	var firstID any
	ids := make([]any, len(r.ResourceIDs))
	for i, id := range r.ResourceIDs {
		ids[i] = id
	}
	if len(ids) > 0 {
		firstID = ids[0]
	}
	return map[string]any{
		"ClientToken": r.ClientToken, "Operation": r.Operation, "Outcome": outcomeOf(r), "ResourceId": firstID, "ResourceIds": ids,
		"Input": input, "Region": orNil(r.Region), "Endpoint": orNil(r.Endpoint), "Profile": orNil(r.Profile),
		"StartedAt": timestamp(r.StartedAt), "FinishedAt": timestamp(r.FinishedAt), "Attempts": r.Attempts,
	}
}
