package journal_test

import (
	"context"
	"fmt"
	"os"

	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/journal"
)

// What ends unknown is on record with its token, so that a later process can send it again.
func ExampleWrap() {
	dir, err := os.MkdirTemp("", "journal-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	warn := func(err error) { fmt.Println("warning:", err) }
	intent := idem.Intent{Operation: "CreateRouteTable", ClientToken: "ticket-4711", Input: map[string]any{"VpcId": "vpc-1"}, Region: "us-east-1"}

	lost := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		last := &idem.AttemptError{Verdict: idem.Unknown, Message: "the connection was lost"}
		return idem.Result{}, &idem.OutcomeError{Outcome: idem.OutcomeUnknown, Attempts: 1, Last: last, Err: last}
	})
	_, err = journal.Wrap(journal.Open(dir).Entry(context.Background(), intent), lost, false, warn).Create(context.Background(), intent)
	fmt.Println(err)

	// Another process, later.
	log := journal.Open(dir)
	answered := idem.CreatorFunc(func(context.Context, idem.Intent) (idem.Result, error) {
		return idem.Result{ResourceID: "rtb-1", Attempts: 1}, nil
	})
	for _, outcome := range []string{"before", "after"} {
		records, _, err := log.Records(context.Background())
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, r := range records {
			fmt.Printf("%s: %s %s %q\n", outcome, r.ClientToken, r.Outcome, r.ResourceIDs)
			if r.Outcome == idem.OutcomeUnknown && !r.Running() {
				_, _ = journal.Wrap(log.Entry(context.Background(), r.Intent), answered, true, warn).Create(context.Background(), r.Intent)
			}
		}
	}
	// Output:
	// the connection was lost
	// before: ticket-4711 unknown []
	// after: ticket-4711 succeeded ["rtb-1"]
}
