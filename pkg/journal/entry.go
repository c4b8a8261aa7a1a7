package journal

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// An Entry is what the journal holds of one intent, and the record of one run of that intent. [Journal.Entry] reads the journal once. [Wrap]
// and [Answered] write the record. An Entry serves one run.
type Entry struct {
	journal *Journal
	run     run
	intent  idem.Intent
	names   names
	past    Record        // the zero Record if the journal holds none
	first   Record        // see FirstUse
	similar []Record      // see Similar
	unread  error         // see Unread
	claim   *idem.Outcome // see Claim; nil if the run joins other runs

	record Record // of this run; Attempts counts the attempts of earlier runs
}

// Entry returns what the journal holds of an intent. Similar returns nothing. If a record can't be read, Past and FirstUse leave it out, and
// [Entry.Unread] returns why. [Wrap] never overwrites such a record, and does not take it for proof that nothing was created.
func (j *Journal) Entry(ctx context.Context, intent idem.Intent) *Entry {
	return j.entry(ctx, intent, false)
}

// NewEntry returns the Entry of an intent whose token was made for this run. Past and FirstUse return nothing, because no record has the token.
// Similar returns what a folder holds. NewEntry does not read a table, so Similar returns nothing for a table.
func (j *Journal) NewEntry(intent idem.Intent) *Entry {
	return j.entry(context.Background(), intent, true)
}

func (j *Journal) entry(ctx context.Context, intent idem.Intent, fresh bool) *Entry {
	found, run := j.store.load(ctx, intent, fresh)
	e := &Entry{journal: j, run: run, intent: intent, names: namesOf(intent)}
	e.set(found)
	if fresh { // no record of the intent can be among those that could not be read
		e.unread = nil
	}
	return e
}

// set sets what the entry knows of earlier runs from a snapshot of the store.
func (e *Entry) set(found snapshot) {
	e.past, e.first, e.similar, e.unread = Record{}, Record{}, nil, found.unread
	for _, r := range found.used {
		e.first = earlier(e.first, r)
	}
	for _, r := range merge(found.runs) {
		switch {
		case e.names.own(r.file):
			e.past = r
		case e.names.sameToken(r.file) && namesOf(r.Intent).use == e.names.use:
			e.first = earlier(e.first, r)
		case !e.names.sameToken(r.file) && !r.Running():
			e.similar = append(e.similar, r)
		}
	}
	for _, r := range found.finished {
		if e.past.ClientToken == "" {
			e.past = r
		}
	}
}

// Intent returns the intent.
func (e *Entry) Intent() idem.Intent { return e.intent }

// Past returns the record that earlier runs of the intent left, and reports whether there is one.
func (e *Entry) Past() (Record, bool) { return e.past, e.past.ClientToken != "" }

// FirstUse reports whether the token was first used with other parameters, and returns the record of that use. A use counts if it was in
// the intent's place and with the intent's operation, and was not rejected.
func (e *Entry) FirstUse() (Record, bool) {
	return e.first, e.first.ClientToken != "" && !reflect.DeepEqual(withoutEmpty(e.first.Input), withoutEmpty(e.intent.Input))
}

// withoutEmpty returns parameters without empty lists: a request has no place for an empty list.
func withoutEmpty(input map[string]any) map[string]any {
	rest := map[string]any{}
	for name, value := range input {
		if list, ok := value.([]any); !ok || len(list) > 0 {
			rest[name] = value
		}
	}
	return rest
}

func earlier(a, b Record) Record {
	if a.ClientToken != "" && a.StartedAt.Before(b.StartedAt) {
		return a
	}
	return b
}

// Similar returns the records of unknown intents with the same parameters and place and another token, unless a run of the intent goes on.
func (e *Entry) Similar() []Record { return e.similar }

// Unread returns why the journal, or a record of the intent, could not be read; nil if all was read.
func (e *Entry) Unread() error { return e.unread }

// OnRecord reports whether the journal holds a record of the intent, by an earlier run or by this run.
func (e *Entry) OnRecord() bool { return e.past.ClientToken != "" || e.record.file != "" }

// Claim makes the run begin only if no other run works on the intent, and if the intent's outcome on record is still the given one: "" if the
// intent was not on record. Otherwise the Creator of [Wrap] returns a [*TakenError]. A run without a claim begins beside other runs: EC2 takes
// the token once.
func (e *Entry) Claim(outcome idem.Outcome) { e.claim = &outcome }

// A TakenError reports that another run works on an intent, or has settled the intent.
type TakenError struct {
	ClientToken string
	Late        bool // whether this run had begun: its lease ended, and another run took the intent over
}

// Error names the intent's token.
func (e *TakenError) Error() string {
	if e.Late {
		return fmt.Sprintf("this process stood still for so long that another run took the create of token %s over: it sends nothing more", e.ClientToken)
	}
	return fmt.Sprintf("another run works on the create of token %s, or has just settled it", e.ClientToken)
}

// begin writes the record of the run. Its error is a [*WriteError] or a [*TakenError].
func (e *Entry) begin(ctx context.Context) error {
	name, err := e.run.begin(ctx, func(found *snapshot) (Record, error) {
		if found != nil {
			e.set(*found)
		}
		if e.claim != nil && (e.past.Running() || e.past.Outcome != *e.claim) {
			return Record{}, &TakenError{ClientToken: e.intent.ClientToken}
		}
		e.record = e.past
		if e.past.ClientToken == "" || e.past.Outcome == idem.NothingCreated {
			e.record = Record{Intent: e.intent, StartedAt: e.journal.now()}
		}
		e.record.Outcome, e.record.FinishedAt, e.record.process, e.record.file = "", time.Time{}, thisProcess(), ""
		return e.record, nil
	})
	e.record.file = name
	return err
}

// now returns the time by the journal's clock, in the precision of a record.
func (j *Journal) now() time.Time { return j.clock().UTC().Truncate(time.Millisecond) }

// answered records the resource that EC2 answered.
func (e *Entry) answered(result idem.Result) {
	e.learn(result)
	line := e.record
	line.Attempts += result.Attempts
	_ = e.run.note(line) // finish writes the resource again, and returns the error
}

// learn copies the resource of a result to the record.
func (e *Entry) learn(result idem.Result) {
	if ids := result.IDs(); len(ids) > 0 && !idem.SameIDs(ids, e.record.ResourceIDs) {
		e.record.ResourceIDs, e.record.AnsweredAt, e.record.Visible = ids, e.journal.now(), false
	}
	e.record.Visible = e.record.Visible || result.Visible
}

// finish records the end of the run: the intent's record gets the state of the outcome. contested reports whether a table now holds another
// unknown run of the intent, or its succeeded record. The error of finish is a [*WriteError].
func (e *Entry) finish(result idem.Result, err error) (contested bool, writeErr error) {
	e.learn(result)
	end := e.record
	end.Outcome, end.FinishedAt = idem.Succeeded, e.journal.now()
	attempts := result.Attempts
	if err != nil {
		end.Outcome = idem.OutcomeUnknown // unless the error states another outcome
		var outcome *idem.OutcomeError
		if errors.As(err, &outcome) {
			end.Outcome, attempts = outcome.Outcome, outcome.Attempts
		}
	}
	end.Attempts += attempts
	return e.run.end(e.record, func(others others) ending {
		ending := ending{last: end}
		if end.Outcome == idem.OutcomeUnknown || settles(err) { // the outcome holds for the attempts of dead runs, too
			ending.ended = slices.DeleteFunc(others.runs(), Record.Running)
		}
		switch end.Outcome {
		case idem.OutcomeUnknown:
			ending.last = merge(append(slices.Clone(ending.ended), end))[0]
		case idem.NothingCreated:
			ending.discard = others.succeeded() // the record of the run that made the resource stays
		case idem.Succeeded:
			ending.dropRejected = e.past.Outcome == idem.NothingCreated
		}
		return ending
	})
}

// openElsewhere reports what other runs in the state unknown leave open:
//   - unknown: another run of this intent died or ended unknown, or the record of a run of this intent can't be read.
//   - open: a live run of this intent, or a run with the same token and other parameters, may create the resource. So may a run of the token
//     whose record can't be read.
//
// EC2 identifies a token by account and Region. The journal identifies an intent by the profile and the parameters, too. So a record with
// another profile or other parameters may show what EC2 takes for the token's first use.
func (e *Entry) openElsewhere(ctx context.Context) (unknown, open bool) {
	records, unreadable := e.journal.store.runs(ctx, e.intent.ClientToken)
	for _, r := range records {
		switch {
		case r.file == e.record.file:
		case !e.names.own(r.file):
			open = open || r.Operation == e.intent.Operation && r.Region == e.intent.Region && sameEndpoint(r.Endpoint, e.intent.Endpoint)
		case r.Running():
			open = true
		default:
			unknown = true
		}
	}
	for _, name := range unreadable {
		unknown = unknown || e.names.own(name) || name == ""
		open = true
	}
	return unknown, open
}

// made returns the record of an earlier success of the intent. ok reports whether there is a record that names resources. unreadable reports
// whether there is a record that can't be read: it may name resources.
func (e *Entry) made() (r Record, ok, unreadable bool) {
	r, err := e.run.made()
	return r, err == nil && len(r.ResourceIDs) > 0, errors.As(err, new(*RecordError))
}
