package journal

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A run is one call's work on an intent, and its own file in unknown/. The file begins as one line. A line is added for what EC2
// answers and for the end; then the file is moved to where its outcome belongs.
type run struct {
	journal *Journal
	record  Record        // what is known; its Attempts are those of earlier runs
	first   Record        // the first line of the file
	written Record        // the last one
	size    int64         // of the file's lines, in bytes
	adding  chan struct{} // closed when the answer's line is written or has failed; nil if there is none
}

type runKey struct{} // of the run, in the context of what happens within it

// begin puts an intent that is about to be sent on record.
func (j *Journal) begin(intent idem.Intent) (*run, error) {
	base, err := baseName(intent)
	if err != nil {
		return nil, &WriteError{err}
	}
	r, ok := j.Lookup(intent)
	if !ok || r.Outcome == idem.NothingCreated {
		r = Record{Intent: intent, StartedAt: now()}
	}
	r.Outcome, r.FinishedAt, r.process, r.file = "", time.Time{}, thisProcess(), runName(base)
	begun := &run{journal: j, record: r, first: r}
	return begun, begun.create()
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// answered puts EC2's answer on record, beside what follows it: as the record will be if that ends well and soon.
func (r *run) answered(result idem.Result) {
	r.learn(result)
	line := r.ended(idem.Succeeded, result.Attempts)
	line.Visible = true
	r.adding = make(chan struct{})
	go func() {
		defer close(r.adding)
		_ = r.add(line) // finish tries again, and says so
	}()
}

// learn takes the resource of a result. A result that is told twice was answered the first time.
func (r *run) learn(result idem.Result) {
	if result.ResourceID != "" && result.ResourceID != r.record.ResourceID {
		r.record.ResourceID, r.record.AnsweredAt, r.record.Visible = result.ResourceID, now(), false
	}
	r.record.Visible = r.record.Visible || result.Visible
}

// ended is the record of a run that ends now.
func (r *run) ended(outcome idem.Outcome, attempts int) Record {
	end := r.record
	end.Outcome, end.FinishedAt = outcome, now()
	end.Attempts += attempts
	return end
}

// says reports whether the file's last line will do for an end.
func (r *run) says(end Record) bool {
	w := r.written
	return w.Outcome == end.Outcome && w.ResourceID == end.ResourceID && w.Visible == end.Visible && w.Attempts == end.Attempts &&
		end.FinishedAt.Sub(w.FinishedAt) < time.Second
}

// finish moves the record to where its outcome belongs.
func (r *run) finish(result idem.Result, err error) error {
	if r.adding != nil {
		<-r.adding
	}
	r.learn(result)
	outcome, attempts := idem.Succeeded, result.Attempts
	if err != nil {
		outcome = idem.OutcomeUnknown // unless it is said that it is not
		var said *idem.OutcomeError
		if errors.As(err, &said) {
			outcome, attempts = said.Outcome, said.Attempts
		}
	}
	end := r.ended(outcome, attempts)

	j := r.journal
	base, _ := baseOf(r.record.file)
	var others []Record // which this end speaks for, too
	if outcome == idem.OutcomeUnknown || settled(err) {
		others = j.otherRuns(base, r.record.file)
	}
	var stale []string // in unknown/
	for _, other := range others {
		stale = append(stale, other.file)
	}
	if outcome == idem.OutcomeUnknown {
		if err := r.add(merge(append(others, end))[0]); err != nil {
			return err
		}
		return j.remove(outcome, stale...)
	}
	if _, readErr := j.read(idem.Succeeded, base+suffix); outcome == idem.NothingCreated && readErr == nil { // an earlier run made it: that stands
		stale = append(stale, r.record.file)
	} else if err := r.move(end, base+suffix); err != nil {
		return err
	}
	if err := j.remove(idem.OutcomeUnknown, stale...); err != nil {
		return err
	}
	if _, readErr := j.read(idem.NothingCreated, base+suffix); outcome == idem.Succeeded && readErr == nil {
		return j.remove(idem.NothingCreated, base+suffix)
	}
	return nil
}

// create makes the run's file, of its first line.
func (r *run) create() error {
	data, err := r.first.encode()
	if err == nil {
		err = r.journal.create(idem.OutcomeUnknown, r.record.file, data)
	}
	if err != nil {
		return &WriteError{err}
	}
	r.written, r.size = r.first, int64(len(data))
	return nil
}

// add adds a line to the run's file.
func (r *run) add(line Record) error {
	data, err := line.encode()
	if err != nil {
		return &WriteError{err}
	}
	path := r.journal.path(string(idem.OutcomeUnknown), r.record.file)
	err = appendTo(path, r.size, data)
	if errors.Is(err, fs.ErrNotExist) { // somebody took the journal away
		if err := r.create(); err != nil {
			return err
		}
		err = appendTo(path, r.size, data)
	}
	if err != nil {
		return &WriteError{err}
	}
	r.written, r.size = line, r.size+int64(len(data))
	return nil
}

// move puts the run's file where its end belongs.
func (r *run) move(end Record, name string) error {
	j := r.journal
	var unreadable *RecordError
	if _, err := j.read(end.Outcome, name); errors.As(err, &unreadable) { // by a later version, perhaps: it is kept
		return &WriteError{unreadable}
	}
	if !r.says(end) {
		if err := r.add(end); err != nil {
			return err
		}
	}
	rename := func() error {
		return os.Rename(j.path(string(idem.OutcomeUnknown), r.record.file), j.path(string(end.Outcome), name))
	}
	err := rename()
	if errors.Is(err, fs.ErrNotExist) {
		if err = j.makeFolders(); err == nil {
			if err := r.add(end); err != nil {
				return err
			}
			err = rename()
		}
	}
	if err == nil {
		err = syncFolder(j.path(string(end.Outcome))) // or a crash could undo the rename
	}
	if err != nil {
		return &WriteError{err}
	}
	return nil
}
