package journal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A folderRun is the file of one run in unknown/.
type folderRun struct {
	*folder
	names   names
	unread  map[idem.Outcome]error // why the intent's file in succeeded/ or rejected/ can't be read
	unknown *os.File               // the folder unknown/, open until the run begins; nil if it can't be opened or can't be synced

	file  string // the name of the run's file; "" before the run begins
	begun Record // the first line
	size  int64  // of the lines in the file, in bytes
}

func (f *folder) load(_ context.Context, intent idem.Intent, fresh bool) (snapshot, run) {
	r := &folderRun{folder: f, names: namesOf(intent), unread: map[idem.Outcome]error{}}
	var found snapshot
	var err error
	if r.unknown, err = os.Open(f.path(string(idem.OutcomeUnknown))); !errors.Is(err, fs.ErrNotExist) {
		found.unread = err // begin reports it, too
	}
	if first := f.readFirstUse(r.names); first.ClientToken != "" {
		found.used = []Record{first}
	}
	wanted := r.names.sameToken
	if fresh {
		wanted = r.names.sameParameters
	}
	var unreadable []string
	found.runs, unreadable = f.runsIn(r.unknown, wanted)
	if !canSyncNames {
		_ = r.unknown.Close() // an error means nothing: the folder was only read, or r.unknown is nil
		r.unknown = nil
	}
	for _, name := range unreadable {
		if r.names.own(name) {
			found.unread = &RecordError{f.path(string(idem.OutcomeUnknown), name), errors.New("it is not a record")}
		}
	}
	for _, state := range states[1:] {
		record, err := f.read(state, r.names.finished())
		switch {
		case err == nil:
			found.finished = append(found.finished, record)
		case !errors.Is(err, fs.ErrNotExist):
			r.unread[state], found.unread = err, err
		}
	}
	return found, r
}

func (r *folderRun) begin(_ context.Context, decide func(*snapshot) (Record, error)) (string, error) {
	defer func() {
		_ = r.unknown.Close() // the error does not matter: the folder was only read and synced, or r.unknown is nil
		r.unknown = nil
	}()
	record, err := decide(nil)
	if err == nil {
		r.begun = record
		err = r.create()
	}
	return r.file, err
}

// checkTaken returns nil: a run in a folder ends with its process.
func (r *folderRun) checkTaken(context.Context) error { return nil }

// create makes the run's file with its first line.
func (r *folderRun) create() error {
	line, err := r.begun.encode()
	if err != nil {
		return &WriteError{Err: err}
	}
	name := r.names.run(newRunID())
	if err := r.folder.create(r.unknown, name, line); err != nil {
		return &WriteError{Err: err}
	}
	r.file, r.size = name, int64(len(line))
	return nil
}

// note appends a line. The line is not synced: if a power cut loses it, the intent is still on record as unknown.
func (r *folderRun) note(line Record) error { return r.add(line, unsynced) }

// end never reports contested: in a folder, a run takes an intent over only if the process of the earlier run has died.
func (r *folderRun) end(begun Record, decide func(others) ending) (contested bool, err error) {
	r.begun = begun // add needs it if somebody removed the run's file
	return false, r.write(decide(r))
}

// write changes the files of the intent as an ending says. Its error is a [*WriteError].
func (r *folderRun) write(e ending) error {
	switch {
	case e.discard:
		e.last.Outcome, e.last.file = idem.OutcomeUnknown, r.file
		e.ended = append(e.ended, e.last)
	case e.last.Outcome == idem.OutcomeUnknown:
		if err := r.add(e.last, synced); err != nil {
			return err
		}
	default:
		if err := r.move(e.last); err != nil {
			return err
		}
	}
	if err := r.removeAll(idem.OutcomeUnknown, e.ended); err != nil {
		return err
	}
	if e.last.Outcome == idem.Succeeded {
		r.linkFirstUse(r.names)
	}
	if e.dropRejected {
		return r.removeFile(idem.NothingCreated, r.names.finished())
	}
	return nil
}

// runs returns the other runs of the intent in unknown/.
func (r *folderRun) runs() []Record {
	records, _ := r.folder.runsNamed(func(name string) bool { return r.names.own(name) && name != r.file })
	return records
}

// succeeded reports whether succeeded/ holds a record of the intent that can be read.
func (r *folderRun) succeeded() bool {
	_, err := r.made()
	return err == nil
}

func (r *folderRun) made() (Record, error) { return r.read(idem.Succeeded, r.names.finished()) }

// add appends a line to the run's file. If somebody removed the file, add creates it again. The error of add is a [*WriteError].
func (r *folderRun) add(line Record, durable durability) error {
	data, err := line.encode()
	if err != nil {
		return &WriteError{Err: err}
	}
	write := func() error {
		return appendTo(r.path(string(idem.OutcomeUnknown), r.file), r.size, data, durable)
	}
	err = write()
	if errors.Is(err, fs.ErrNotExist) {
		if err := r.create(); err != nil {
			return err
		}
		err = write()
	}
	if err != nil {
		return &WriteError{Err: err}
	}
	r.size += int64(len(data))
	return nil
}

// move adds the last line and renames the run's file into the folder of its outcome. The error of move is a [*WriteError].
func (r *folderRun) move(end Record) error {
	if unread := r.unread[end.Outcome]; unread != nil { // a later version may have written that record: never overwrite it
		return &WriteError{Err: unread}
	}
	rename := func() error {
		if err := r.add(end, synced); err != nil {
			return err
		}
		return retryBusy(func() error {
			return os.Rename(r.path(string(idem.OutcomeUnknown), r.file), r.path(string(end.Outcome), r.names.finished()))
		})
	}
	err := rename()
	if errors.Is(err, fs.ErrNotExist) { // somebody removed a folder
		if err = r.makeFolders(); err == nil {
			err = rename()
		}
	}
	if err == nil {
		err = syncFolder(r.path(string(end.Outcome))) // or a crash could undo the rename
	}
	var unwritten *WriteError
	if err == nil || errors.As(err, &unwritten) {
		return err
	}
	return &WriteError{Err: err}
}

func (f *folder) records(_ context.Context, token string, _ bool, do func([]Record) error) (problems []error, err error) {
	records, problems, err := f.recordsNamed(ofToken(token))
	if err == nil {
		err = do(records)
	}
	return problems, err
}

func (f *folder) runs(_ context.Context, token string) (records []Record, unreadable []string) {
	return f.runsNamed(ofToken(token))
}

// ofToken returns a function that reports whether a file name belongs to a record of the token. If the token is "", the function returns true.
func ofToken(token string) func(name string) bool {
	prefix := ""
	if token != "" {
		prefix = tokenHash(token) + "-"
	}
	return func(name string) bool { return strings.HasPrefix(name, prefix) }
}
