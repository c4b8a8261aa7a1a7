package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A WriteError reports that a record could not be written.
type WriteError struct {
	Err       error
	Uncertain bool // the record may have been written all the same: the answer was lost
}

// Error returns why the record could not be written.
func (e *WriteError) Error() string {
	if e.Uncertain {
		return fmt.Sprintf("the journal may not have been written: %v", e.Err)
	}
	return fmt.Sprintf("the journal can't be written: %v", e.Err)
}

// Unwrap returns the error of the file system or of DynamoDB.
func (e *WriteError) Unwrap() error { return e.Err }

// create makes a file in unknown/ durably: a reader sees the whole file or none. unknown is the open folder, nil if it must be opened.
func (f *folder) create(unknown *os.File, name string, data []byte) error {
	path := f.path(string(idem.OutcomeUnknown), name)
	err := f.writeBeside(path, data)
	if errors.Is(err, fs.ErrNotExist) { // the journal's first record
		if err = f.makeFolders(); err == nil {
			err = f.writeBeside(path, data)
		}
	}
	switch {
	case err != nil:
		return err
	case unknown != nil:
		err = syncNames(unknown) // or a crash could undo the rename
	default:
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(path) // a resume must not send an intent that was never sent
	}
	return err
}

// writeBeside writes a file in tmp/, syncs the file and renames it to its path.
func (f *folder) writeBeside(path string, data []byte) (err error) {
	file, err := os.CreateTemp(f.path("tmp"), "record.json.*") // the mode is 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // the file was never part of the journal
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync() // or a crash after the rename could leave a file of zeros
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return retryBusy(func() error { return os.Rename(file.Name(), path) })
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	f, err := os.Open(path) // #nosec G304 -- a folder of the journal
	if err != nil {
		return err
	}
	err = syncNames(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// A durability is what an added line survives.
type durability bool

const (
	synced   durability = true  // a power cut
	unsynced durability = false // a kill of the process
)

// appendTo writes data into a file, behind the first size bytes. If an earlier write failed and left bytes there, appendTo cuts them off.
func appendTo(path string, size int64, data []byte, durable durability) error {
	f, err := openFile(path, os.O_WRONLY)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != size {
		err = f.Truncate(size)
	}
	if err == nil {
		_, err = f.WriteAt(data, size)
	}
	if err == nil && durable == synced {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// removeAll removes the files of records from the folder of a state.
func (f *folder) removeAll(state idem.Outcome, records []Record) error {
	for _, r := range records {
		if err := f.removeFile(state, r.file); err != nil {
			return err
		}
	}
	return nil
}

// removeFile removes a file from the folder of a state. If the file does not exist, removeFile returns nil. The removal is not synced: if a
// crash undoes the removal, the record that counts is still there.
func (f *folder) removeFile(state idem.Outcome, name string) error {
	err := retryBusy(func() error { return os.Remove(f.path(string(state), name)) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{Err: err}
	}
	return nil
}

func (f *folder) makeFolders() error {
	for _, folder := range []string{"tmp", string(states[0]), string(states[1]), string(states[2]), tokens} {
		if err := makeFolder(f.path(folder)); err != nil {
			return err
		}
	}
	return nil
}

// makeFolder makes a folder and its parents durably.
func makeFolder(path string) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: path, Err: errors.New("not a directory")}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	above := filepath.Dir(path)
	if err := makeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}
