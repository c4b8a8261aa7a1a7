package journal

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
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
	unread error // why look could not read

	id   string
	ctx  context.Context    // of begin
	stop context.CancelFunc // ends the renewals; nil before the run begins

	mu      sync.Mutex
	item    dynamodb.Item // as it was last seen; nil if there was none
	begun   Record        // the record of the run
	renewed time.Time     // when the lease began, by this machine's clock
	taken   bool          // another run took the intent over
}

func (t *table) newRun(intent idem.Intent, n names) *tableRun {
	return &tableRun{table: t, intent: intent, names: n, ctx: context.Background(), id: strings.ToLower(rand.Text())}
}

func (t *table) look(ctx context.Context, intent idem.Intent, fresh bool) (holding, run) {
	r := t.newRun(intent, namesOf(intent))
	var found holding
	if fresh {
		return found, r
	}
	var problems []error
	problems, r.unread = t.query(ctx, ofTokenQuestion(intent.ClientToken), func(item dynamodb.Item, c content) error {
		if item.Text(keyIntent) == sortKey(intent) {
			r.item = item
			own := r.holding(c)
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
		if made, ok := c.finished[idem.Succeeded]; ok && place(c.intent) == place(intent) {
			found.used = append(found.used, made)
		}
		return nil
	})
	if r.unread == nil && len(problems) > 0 { // perhaps of a later version: never overwrite it
		r.unread = problems[0]
	}
	found.unread = r.unread
	return found, r
}

// holding returns the records of the intent's own item.
func (r *tableRun) holding(c content) holding {
	var found holding
	for _, record := range c.records(r.names) {
		record.Intent = r.intent // the endpoint may have another name, the profile has
		if record.Outcome == idem.OutcomeUnknown {
			found.runs = append(found.runs, record)
		} else {
			found.finished = append(found.finished, record)
		}
	}
	return found
}

// begin adds the run to the item.
func (r *tableRun) begin(ctx context.Context, first func(*holding) (Record, error)) (string, error) {
	r.ctx = ctx
	if r.unread != nil {
		return "", &WriteError{Err: r.unread}
	}
	again := false
	err := r.update(ctx, func(c *content) error {
		var found *holding
		if again {
			now := r.holding(*c)
			found = &now
		}
		again = true
		record, err := first(found)
		if err == nil {
			r.begun = record
			c.runs[r.id] = r.leased(record)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	client, _ := r.connect()
	if now, known := client.Now(); known && !r.alive(now) { // this machine's clock, by which the run began, is wrong
		_ = r.renew(ctx) // the record is there, so the run goes on; the renewals below try again
	}
	renewals, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop = stop
	go func() {
		ticks := time.NewTicker(r.Lease / 3)
		defer ticks.Stop()
		for {
			select {
			case <-renewals.Done():
				return
			case <-ticks.C:
				_ = r.renew(renewals) // the next one tries again; without any, another run may take the intent over
			}
		}
	}()
	return r.names.token + "-" + r.names.parameters + "." + r.id + suffix, nil
}

// alive reports whether the lease that the item holds is one by DynamoDB's clock.
func (r *tableRun) alive(now time.Time) bool {
	c, err := r.decode(r.item)
	if err != nil {
		return true
	}
	left := c.runs[r.id].lease.end.Sub(now)
	return (left - r.Lease).Abs() < clockTolerance
}

// leased returns a record of the run with a lease that begins now.
func (r *tableRun) leased(record Record) Record {
	client, _ := r.connect() // it is connected
	now, _ := client.Now()
	record.Outcome, record.lease = idem.OutcomeUnknown, &lease{end: now.Add(r.Lease), machine: machine(), now: now}
	return record
}

// renew begins the lease anew. It returns a [*TakenError] if the lease had ended, and another run works on the intent or removed this one.
func (r *tableRun) renew(ctx context.Context) error {
	late := r.idle() >= r.Lease
	err := r.update(ctx, func(c *content) error {
		_, there := c.runs[r.id]
		for id, other := range c.runs {
			there = there && (!late || id == r.id || !other.Running())
		}
		if !there {
			r.taken = true
			return &TakenError{ClientToken: r.intent.ClientToken, Late: true}
		}
		c.runs[r.id] = r.leased(r.begun)
		return nil
	})
	return err
}

// idle returns the time since the lease began. The monotonic clock stands still while the machine is suspended, the other clock does not.
func (r *tableRun) idle() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(time.Since(r.renewed), time.Now().Round(0).Sub(r.renewed.Round(0)))
}

// hold returns a [*TakenError] if another run took the intent over. It calls DynamoDB only if the lease is about to end. If DynamoDB can't be
// reached, the run goes on: EC2 takes the token once, whoever sends it.
func (r *tableRun) hold(ctx context.Context) error {
	if r.stop == nil {
		return nil
	}
	var err error
	if r.idle() >= r.Lease*2/3 {
		err = r.renew(ctx)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var taken *TakenError
	switch {
	case errors.As(err, &taken):
		return err
	case r.taken:
		return &TakenError{ClientToken: r.intent.ClientToken, Late: true}
	}
	return nil
}

// grace is how long a write may go on after a command has been interrupted. If the end of a run is not written, resume settles the intent.
const grace = 2 * time.Second

// outlasting returns a context that ends some time after another one has ended.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
	})
	return longer, func() { stop(); cancel(nil) }
}

// note replaces the run's record. It gives up soon, because the end of the run has the same resources.
func (r *tableRun) note(line Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), grace)
	defer cancel()
	return r.update(ctx, func(c *content) error {
		r.begun = line
		c.runs[r.id] = r.leased(line)
		return nil
	})
}

func (r *tableRun) end(_ Record, decide func(others) ending) (shared bool, err error) {
	if r.stop != nil {
		r.stop()
	}
	ctx, cancel := outlasting(r.ctx)
	defer cancel()
	err = r.update(ctx, func(c *content) error {
		_, there := c.runs[r.id]
		delete(c.runs, r.id)
		e := decide(tableOthers{r.holding(*c)})
		_, made := c.finished[idem.Succeeded]
		shared = made
		if !there && made && e.last.Outcome != idem.Succeeded { // the run that took the intent over has settled this run's attempts, too
			return nil
		}
		for _, other := range e.ended {
			delete(c.runs, runID(other.file))
		}
		shared = made || len(c.runs) > 0
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
	return shared, err
}

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

// A tableOthers holds the records of an item beside that of a run.
type tableOthers struct{ found holding }

func (o tableOthers) runs() []Record { return o.found.runs }

func (o tableOthers) succeeded() bool {
	return len(o.found.finished) > 0 && o.found.finished[0].Outcome == idem.Succeeded
}
