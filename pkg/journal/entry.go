package journal

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// An Entry is what the journal holds of one intent, and the file of one run of that intent. [Journal.Entry] reads what the journal holds, once.
// [Wrap] and [Answered] write the file. An Entry serves one run.
type Entry struct {
	journal *Journal
	intent  idem.Intent
	names   names
	past    Record                 // the zero Record if the journal holds none
	first   Record                 // see FirstUse
	similar []Record               // see Similar
	unread  map[idem.Outcome]error // why the intent's file in succeeded/ or rejected/ can't be read
	unknown *os.File               // the folder unknown/, open until the run begins; nil if it can't be opened

	record Record // what this run knows, and the name of its file; Attempts counts the attempts of earlier runs
	size   int64  // the size of the lines in that file, in bytes
}

// Entry reads what the journal holds of an intent. Past, FirstUse and Similar leave out a record that can't be read. [Wrap] neither
// overwrites such a record nor takes it for proof that nothing was created.
func (j *Journal) Entry(intent idem.Intent) *Entry {
	e := &Entry{journal: j, intent: intent, names: namesOf(intent), unread: map[idem.Outcome]error{}}
	e.unknown, _ = os.Open(j.path(string(idem.OutcomeUnknown))) // begin reports a folder that can't be opened
	e.first = j.readFirstUse(e.names)
	runs, _ := j.runsIn(e.unknown, func(name string) bool { return e.names.sameToken(name) || e.names.sameParameters(name) })
	for _, r := range merge(runs) {
		switch {
		case e.names.own(r.file):
			e.past = r
		case e.names.sameToken(r.file) && namesOf(r.Intent).use == e.names.use:
			e.first = earlier(e.first, r)
		case !e.names.sameToken(r.file) && !r.Running():
			e.similar = append(e.similar, r)
		}
	}
	for _, state := range states[1:] {
		r, err := j.read(state, e.names.finished())
		switch {
		case err == nil && e.past.ClientToken == "":
			e.past = r
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			e.unread[state] = err
		}
	}
	return e
}

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

// Similar returns the records of unknown intents that have the same parameters and place and another token, and of which no run goes on.
func (e *Entry) Similar() []Record { return e.similar }

// OnRecord reports whether the journal holds a record of the intent, by an earlier run or by this run.
func (e *Entry) OnRecord() bool { return e.past.ClientToken != "" || e.record.file != "" }

// begin writes the first line of the run's file. The line has what earlier runs left on record, unless their outcome is NothingCreated. The
// error of begin is a [*WriteError].
func (e *Entry) begin() error {
	defer func() {
		_ = e.unknown.Close() // an error means nothing: the folder was only read, or e.unknown is nil
		e.unknown = nil
	}()
	e.record = e.past
	if e.past.ClientToken == "" || e.past.Outcome == idem.NothingCreated {
		e.record = Record{Intent: e.intent, StartedAt: now()}
	}
	e.record.Outcome, e.record.FinishedAt, e.record.process, e.record.file = "", time.Time{}, thisProcess(), ""
	return e.create()
}

// create makes the run's file with its first line.
func (e *Entry) create() error {
	line, err := e.record.encode()
	if err != nil {
		return &WriteError{err}
	}
	name := e.names.run()
	if err := e.journal.create(e.unknown, name, line); err != nil {
		return &WriteError{err}
	}
	e.record.file, e.size = name, int64(len(line))
	return nil
}

// now returns the time as records have it: UTC, in whole milliseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// answered appends a line with the resource of EC2's answer. The line is not synced: it survives a kill, but perhaps not a power cut. Without
// the line, the intent is still on record as unknown.
func (e *Entry) answered(result idem.Result) {
	e.learn(result)
	line := e.record
	line.Attempts += result.Attempts
	_ = e.add(line, unsynced) // finish writes the resource again, and then reports an error
}

// learn copies the resource of a result to the record.
func (e *Entry) learn(result idem.Result) {
	if ids := result.IDs(); len(ids) > 0 && !slices.Equal(slices.Sorted(slices.Values(ids)), slices.Sorted(slices.Values(e.record.ResourceIDs))) { // EC2 promises no order
		e.record.ResourceIDs, e.record.AnsweredAt, e.record.Visible = ids, now(), false
	}
	e.record.Visible = e.record.Visible || result.Visible
}

// finish records the run's result and error. If the outcome is not unknown, finish moves the run's
// file to the folder of the outcome. The error of finish is a [*WriteError].
func (e *Entry) finish(result idem.Result, err error) error {
	e.learn(result)
	end := e.record
	end.Outcome, end.FinishedAt = idem.Succeeded, now()
	attempts := result.Attempts
	if err != nil {
		end.Outcome = idem.OutcomeUnknown // unless the error states another outcome
		var outcome *idem.OutcomeError
		if errors.As(err, &outcome) {
			end.Outcome, attempts = outcome.Outcome, outcome.Attempts
		}
	}
	end.Attempts += attempts

	j := e.journal
	var ended []Record // dead runs of the intent whose files this run's file replaces
	if end.Outcome == idem.OutcomeUnknown || settles(err) {
		ended = e.deadRuns()
	}
	if end.Outcome == idem.OutcomeUnknown {
		if err := e.add(merge(append(ended, end))[0], synced); err != nil {
			return err
		}
		return j.removeAll(idem.OutcomeUnknown, ended)
	}
	if end.Outcome == idem.NothingCreated && e.succeeded() { // the record of the run that made the resource stays
		ended = append(ended, end)
	} else if err := e.move(end); err != nil {
		return err
	}
	if err := j.removeAll(idem.OutcomeUnknown, ended); err != nil {
		return err
	}
	if end.Outcome == idem.Succeeded {
		j.linkFirstUse(e.names)
	}
	if end.Outcome == idem.Succeeded && e.past.Outcome == idem.NothingCreated {
		return j.remove(idem.NothingCreated, e.names.finished())
	}
	return nil
}

// add appends a line to the run's file. If somebody removed the file, add creates it again. The error of add is a [*WriteError].
func (e *Entry) add(line Record, durable durability) error {
	data, err := line.encode()
	if err != nil {
		return &WriteError{err}
	}
	write := func() error {
		return appendTo(e.journal.path(string(idem.OutcomeUnknown), e.record.file), e.size, data, durable)
	}
	err = write()
	if errors.Is(err, fs.ErrNotExist) {
		if err := e.create(); err != nil {
			return err
		}
		err = write()
	}
	if err != nil {
		return &WriteError{err}
	}
	e.size += int64(len(data))
	return nil
}

// move adds the last line and renames the run's file into the folder of its outcome. The error of move is a [*WriteError].
func (e *Entry) move(end Record) error {
	if unread := e.unread[end.Outcome]; unread != nil { // a later version may have written that record: never overwrite it
		return &WriteError{unread}
	}
	j := e.journal
	rename := func() error {
		if err := e.add(end, synced); err != nil {
			return err
		}
		return os.Rename(j.path(string(idem.OutcomeUnknown), e.record.file), j.path(string(end.Outcome), e.names.finished()))
	}
	err := rename()
	if errors.Is(err, fs.ErrNotExist) { // somebody removed a folder
		if err = j.makeFolders(); err == nil {
			err = rename()
		}
	}
	if err == nil {
		err = syncFolder(j.path(string(end.Outcome))) // or a crash could undo the rename
	}
	var unwritten *WriteError
	if err == nil || errors.As(err, &unwritten) {
		return err
	}
	return &WriteError{err}
}

// deadRuns returns the other runs of the intent in unknown/ whose process died or whose end left the intent unknown.
func (e *Entry) deadRuns() []Record {
	var dead []Record
	records, _ := e.journal.runs(e.otherRun)
	for _, r := range records {
		if !r.Running() {
			dead = append(dead, r)
		}
	}
	return dead
}

func (e *Entry) otherRun(name string) bool { return e.names.own(name) && name != e.record.file }

// openElsewhere reports what other runs leave open:
//   - unknown: another run of this intent died or ended unknown, or the record of a run of this intent can't be read.
//   - open: a live run of this intent, or a run with the same token and other parameters, may still create the resource. So may a run of the
//     token whose record can't be read.
//
// EC2 identifies a token by account and Region. The journal identifies an intent by the profile and the parameters, too. So a record with
// another profile or other parameters may show what EC2 takes for the token's first use.
func (e *Entry) openElsewhere() (unknown, open bool) {
	records, unreadable := e.journal.runs(func(name string) bool { return e.names.sameToken(name) && name != e.record.file })
	for _, r := range records {
		switch {
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

// succeeded reports whether succeeded/ holds a record of the intent that can be read.
func (e *Entry) succeeded() bool {
	_, err := e.journal.read(idem.Succeeded, e.names.finished())
	return err == nil
}

// made returns the record of an earlier success of the intent, and reports whether there is one that names resources.
func (e *Entry) made() (Record, bool) {
	r, err := e.journal.read(idem.Succeeded, e.names.finished())
	return r, err == nil && len(r.ResourceIDs) > 0
}
