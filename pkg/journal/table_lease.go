package journal

import (
	"context"
	"errors"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A lease is the time until which a run in a table counts as running. Its times are by the clock of DynamoDB.
type lease struct {
	end     time.Time
	machine string    // the machine of the run: see the function machine
	now     time.Time // when the lease was read
}

// alive reports whether the lease had not ended when it was read. If the run is of this machine, its process must live, too.
func (l *lease) alive(p process) bool {
	wrong := l.end.After(l.now.Add(maxLease + clockTolerance)) // no lease is that long: the clock of the writer was wrong
	if wrong || !l.now.Before(l.end) {
		return false
	}
	return l.machine == "" || l.machine != machine() || p.alive()
}

// leased returns a record of the run with a lease that begins now.
func (r *tableRun) leased(record Record) Record {
	client, _ := r.connect() // update has connected
	now, _ := client.Now()
	record.Outcome, record.lease = idem.OutcomeUnknown, &lease{end: now.Add(r.Lease), machine: machine(), now: now}
	return record
}

// hasFullLease reports whether the lease in the item, which was just written, has its full length by DynamoDB's clock.
func (r *tableRun) hasFullLease() bool {
	client, _ := r.connect() // update has connected
	now, known := client.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.decode(r.item)
	own, there := c.runs[r.id]
	if err != nil || !known || !there || !own.FinishedAt.IsZero() { // the run may have ended since
		return true
	}
	left := own.lease.end.Sub(now)
	return (left - r.Lease).Abs() < clockTolerance
}

// renewLease renews the lease three times within its length, until the context ends.
func (r *tableRun) renewLease(ctx context.Context) {
	ticks := time.NewTicker(r.Lease / 3)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			_ = r.renew(ctx) // if it fails, the next renewal tries again; if all fail, another run may take the intent over
		}
	}
}

// renew begins the lease anew. It returns a [*TakenError] in two cases: the item no longer holds this run, or the lease had ended and another
// run works on the intent.
func (r *tableRun) renew(ctx context.Context) error {
	late := r.sinceRenewed() >= r.Lease
	extend := func(c *content) error {
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
	}
	err := r.update(ctx, extend)
	if err == nil && !r.hasFullLease() { // the clock stood still while the machine was suspended, and the answer has set it right
		err = r.update(ctx, extend)
	}
	return err
}

// sinceRenewed returns the time since the lease was renewed. It takes the longer of two measurements: the monotonic clock stands still while the
// machine is suspended, and the wall clock can be set back.
func (r *tableRun) sinceRenewed() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(time.Since(r.renewed), time.Now().Round(0).Sub(r.renewed.Round(0)))
}

// checkTaken returns a [*TakenError] if another run took the intent over. It calls DynamoDB only if the lease is about to end. If DynamoDB can't be
// reached, the run goes on: EC2 takes the token once, whoever sends it.
func (r *tableRun) checkTaken(ctx context.Context) error {
	if r.stop == nil {
		return nil
	}
	var err error
	if r.sinceRenewed() >= r.Lease*2/3 {
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
