package journal

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A tableRun is one run of an intent in the intent's item.
type tableRun struct {
	*table
	intent idem.Intent
	names  names
	unread error // why load could not read the table; nil if it could

	ctx  context.Context    // of begin: it ends if the command is interrupted
	id   string             // random: the run's name in the item
	stop context.CancelFunc // ends the renewals of the lease; nil before the run begins

	mu      sync.Mutex
	item    dynamodb.Item // the item as it was last read or written; nil if there was none
	begun   Record        // the record of the run
	renewed time.Time     // when the lease was last renewed, by this machine's clock
	taken   bool          // whether another run took the intent over
}

func (t *table) newRun(intent idem.Intent, n names) *tableRun {
	return &tableRun{table: t, intent: intent, names: n, ctx: context.Background(), id: newRunID()}
}

func (t *table) load(ctx context.Context, intent idem.Intent, fresh bool) (snapshot, run) {
	r := t.newRun(intent, namesOf(intent))
	var found snapshot
	if fresh {
		return found, r
	}
	var problems []error
	problems, r.unread = t.query(ctx, queryOfToken(intent.ClientToken), func(item dynamodb.Item, c content) error {
		if item.Text(keyIntent) == sortKey(intent) {
			r.item = item
			own := r.snapshot(c)
			found.runs, found.finished = append(found.runs, own.runs...), own.finished
		} else {
			c.intent.Profile = intent.Profile
			for _, record := range c.records(namesOf(c.intent)) {
				record.Profile = intent.Profile
				if record.Outcome == idem.OutcomeUnknown {
					found.runs = append(found.runs, record)
				}
			}
		}
		if made, ok := c.finished[idem.Succeeded]; ok && tokenScope(c.intent) == tokenScope(intent) {
			found.used = append(found.used, made)
		}
		return nil
	})
	if r.unread == nil && len(problems) > 0 { // a later version may have written the item: never overwrite it
		r.unread = problems[0]
	}
	found.unread = r.unread
	return found, r
}

// snapshot returns the records of the intent's own item.
func (r *tableRun) snapshot(c content) snapshot {
	var found snapshot
	for _, record := range c.records(r.names) {
		record.Intent = r.intent // another machine may have written the endpoint's URL in another way, and no item holds the profile
		if record.Outcome == idem.OutcomeUnknown {
			found.runs = append(found.runs, record)
		} else {
			found.finished = append(found.finished, record)
		}
	}
	return found
}

// begin adds the run to the item.
func (r *tableRun) begin(ctx context.Context, decide func(*snapshot) (Record, error)) (string, error) {
	r.ctx = ctx
	if r.unread != nil {
		return "", &WriteError{Err: r.unread}
	}
	conflicted := false // whether c is not the content that load found
	err := r.update(ctx, func(c *content) error {
		var found *snapshot
		if conflicted {
			now := r.snapshot(*c)
			found = &now
		}
		conflicted = true // if update calls this function again
		record, err := decide(found)
		if err == nil {
			r.begun = record
			r.joinDead(c)
			c.runs[r.id] = r.leased(record)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if !r.hasFullLease() { // the lease ends by this machine's clock, which is wrong
		_ = r.renew(ctx) // an error does not end the run: its record is written, and renewLease tries again
	}
	renewals, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop = stop
	go r.renewLease(renewals)
	return r.names.run(r.id), nil
}

// joinDead replaces the records of dead runs by one record, so that an item does not grow with each killed run.
func (r *tableRun) joinDead(c *content) {
	dead := slices.DeleteFunc(r.snapshot(*c).runs, Record.Running)
	for _, d := range dead {
		delete(c.runs, runID(d.file))
	}
	for _, joined := range merge(dead) {
		c.runs[runID(joined.file)] = joined
	}
}

// extraTime is how long a request may go on after the command has been interrupted. If the end of a run is not written, resume settles the
// intent.
const extraTime = 2 * time.Second

// outlasting returns a context that ends extraTime after another context has ended.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(extraTime, func() { cancel(context.Cause(ctx)) })
	})
	return longer, func() { stop(); cancel(nil) }
}

// note replaces the run's record, and renews the lease. It takes at most extraTime: the create waits for it, and end writes the same resources
// again.
func (r *tableRun) note(line Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), extraTime)
	defer cancel()
	return r.update(ctx, func(c *content) error {
		r.begun = line
		c.runs[r.id] = r.leased(line)
		return nil
	})
}

// end does not need the record with which the run began: the item has all records.
func (r *tableRun) end(_ Record, decide func(others) ending) (contested bool, err error) {
	if r.stop != nil {
		r.stop()
	}
	ctx, cancel := outlasting(r.ctx)
	defer cancel()
	err = r.update(ctx, func(c *content) error {
		_, there := c.runs[r.id]
		delete(c.runs, r.id)
		e := decide(tableOthers{r.snapshot(*c)})
		_, made := c.finished[idem.Succeeded]
		contested = made
		if !there && made && e.last.Outcome != idem.Succeeded { // the run that took the intent over has settled the attempts of this run, too
			return nil
		}
		for _, other := range e.ended {
			delete(c.runs, runID(other.file))
		}
		contested = made || len(c.runs) > 0
		switch {
		case e.discard:
		case e.last.Outcome == idem.OutcomeUnknown:
			c.runs[r.id] = e.last
		default:
			c.finished[e.last.Outcome] = e.last
		}
		if e.dropRejected {
			delete(c.finished, idem.NothingCreated)
		}
		return nil
	})
	return contested, err
}

// made reads the item again, because another run may have ended since.
func (r *tableRun) made() (Record, error) {
	ctx, cancel := outlasting(r.ctx)
	defer cancel()
	if err := r.read(ctx); err != nil {
		return Record{}, err
	}
	c, err := r.current()
	if err != nil {
		return Record{}, err
	}
	made, ok := c.finished[idem.Succeeded]
	if !ok {
		return Record{}, errors.New("the intent has no succeeded record")
	}
	return made, nil
}

// A tableOthers holds the records of an item without the record of the run that ends.
type tableOthers struct{ found snapshot }

func (o tableOthers) runs() []Record { return o.found.runs }

func (o tableOthers) succeeded() bool {
	return len(o.found.finished) > 0 && o.found.finished[0].Outcome == idem.Succeeded
}
