package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/awsidem/awsidem/pkg/batch"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A progress counts the entries of a manifest by the outcome that the journal shows, whichever process created them. Scripts rely on its keys.
type progress struct {
	Entries    int `json:"entries"`
	Succeeded  int `json:"succeeded"`
	Rejected   int `json:"rejected"`
	Unknown    int `json:"unknown"`
	Running    int `json:"running"`
	NotStarted int `json:"not_started"`
}

// printProgress prints the progress of a manifest. It creates nothing.
func (a *app) printProgress(ctx context.Context, o *applyOptions, m *batch.Manifest, lanes map[batch.Lane]lane) error {
	p := progress{Entries: m.Entries}
	counts := map[string]*int{
		string(idem.Succeeded): &p.Succeeded, string(idem.NothingCreated): &p.Rejected, string(idem.OutcomeUnknown): &p.Unknown, running: &p.Running,
	}
	outcome := make([]string, m.Entries) // by the entry's index; "" if the journal has no record of the entry
	run := batch.Run{
		Concurrency: o.concurrency,
		Create: func(ctx context.Context, in batch.Lane, e batch.Entry) (idem.Result, error) {
			entry := lanes[in].log.Entry(ctx, forRecord(lanes[in].placed(e.Intent)))
			if past, ok := entry.Past(); ok {
				outcome[e.Index] = outcomeOf(past)
			} else if _, mismatch := entry.FirstUse(); mismatch {
				outcome[e.Index] = string(idem.NothingCreated)
			}
			return idem.Result{}, entry.Unread()
		},
		Ended: func(r batch.Result) error {
			if r.Err != nil {
				return &configError{fmt.Errorf("reading the journal: %w", r.Err)}
			}
			if count := counts[outcome[r.Index]]; count != nil {
				*count++
			} else {
				p.NotStarted++
			}
			return nil
		},
	}
	if err := run.Do(ctx, m); err != nil {
		return err
	}
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := a.result(append(line, '\n')); err != nil {
		return &outputError{err}
	}
	return nil
}
