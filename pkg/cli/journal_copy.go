package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsidem/awsidem/pkg/journal"
)

func (a *app) newJournalCopyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Copy the records of a journal to another one",
		Long: `Copies the records of a journal to another journal, and prints the number of copied records. Each journal is a folder or dynamodb://TABLE.
You can run copy again at any time: it adds only new records. It leaves running creates out. A table belongs to one account, so a copy to a
table takes only the creates of the current profile and Region. A copy from a table takes only the creates that were sent to the current
EC2 endpoint.`,
		Example: `  awsidem journal copy ~/.local/state/awsidem/journal dynamodb://awsidem-journal`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &usageError{err: errors.New("two journals are required: FROM and TO")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.copyJournal(cmd.Context(), args[0], args[1]) },
	}
}

// copyJournal copies the records of one journal to another one, and prints how many it copied. from and to are the names of the journals.
func (a *app) copyJournal(ctx context.Context, from, to string) error {
	printer, err := a.newPrinter()
	if err != nil {
		return err
	}
	source, err := a.openAt(ctx, from, nil)
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); !source.Shared() && errors.Is(err, fs.ErrNotExist) { // to other commands, such a journal is empty
		return &configError{fmt.Errorf("the journal %q does not exist: name the folder or the table to copy from", from)}
	}
	target, err := a.openAt(ctx, to, nil)
	if err != nil {
		return err
	}
	trusted, err := a.trusted(source)
	if err != nil {
		return err
	}
	copied, problems, err := journal.Copy(ctx, source, target, trusted)
	a.reportSkipped(problems)
	if err != nil {
		return &configError{err}
	}
	if copied.Foreign > 0 {
		a.caution("%s of other profiles, Regions or endpoints not copied: a table keeps the creates of one account and endpoint",
			plural(copied.Foreign, "record", "records"))
	}
	return a.print(printer, "JournalCopy", map[string]any{
		"Copied": copied.Records, "Present": copied.Present, "Running": copied.Running, "Foreign": copied.Foreign,
	})
}

// trusted returns a function that reports whether a record of a journal may be copied. Whoever can write to a table chooses the endpoints of its
// records. So a record of a table must have an endpoint of the same service as the endpoint of this environment. If its URL is unencrypted, the
// URL of this environment must be unencrypted, too.
func (a *app) trusted(from *journal.Journal) (func(journal.Record) bool, error) {
	if !from.Shared() {
		return func(journal.Record) bool { return true }, nil
	}
	client, err := a.connect(nil)
	if err != nil {
		return nil, err
	}
	unencrypted := func(url string) bool { return strings.HasPrefix(strings.ToLower(url), "http://") }
	return func(r journal.Record) bool {
		return r.SentTo(client.Endpoint()) && (!unencrypted(r.Endpoint) || unencrypted(client.Endpoint()))
	}, nil
}
