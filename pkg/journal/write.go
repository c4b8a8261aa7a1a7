package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A WriteError says that a record could not be put on disk.
type WriteError struct{ Err error }

// Error says why.
func (e *WriteError) Error() string { return fmt.Sprintf("the journal can't be written: %v", e.Err) }

// Unwrap gives the file system's error.
func (e *WriteError) Unwrap() error { return e.Err }

// create makes a file of a state, durably: whoever looks sees nothing or all of it.
func (j *Journal) create(state idem.Outcome, name string, data []byte) error {
	err := j.createIn(string(state), name, data)
	if errors.Is(err, fs.ErrNotExist) { // a journal's first record
		if err = j.makeFolders(); err == nil {
			err = j.createIn(string(state), name, data)
		}
	}
	return err
}

func (j *Journal) createIn(folder, name string, data []byte) (err error) {
	f, err := os.CreateTemp(j.path("tmp"), "record.json.*") // of mode 0600; beside, so that the rename stays in one file system
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // it was never part of the journal
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync() // or a crash after the rename could leave a file of zeros
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err = os.Rename(f.Name(), j.path(folder, name)); err != nil {
		return err
	}
	if err = syncFolder(j.path(folder)); err != nil { // or a crash could undo the rename
		_ = os.Remove(j.path(folder, name)) // what is not sent must not be resumed
	}
	return err
}

// appendTo adds data to a file of a size, durably. What an earlier try left behind its end is cut off.
func appendTo(path string, size int64, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // #nosec G304 -- a file of the journal
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
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// remove takes files out of a state. Their loss in a crash does no harm: what counts stays.
func (j *Journal) remove(state idem.Outcome, names ...string) error {
	for _, name := range names {
		err := os.Remove(j.path(string(state), name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // or another process was faster
			return &WriteError{err}
		}
	}
	return nil
}

func (j *Journal) makeFolders() error {
	for _, folder := range []string{"tmp", string(states[0]), string(states[1]), string(states[2])} {
		if err := makeFolder(j.path(folder)); err != nil {
			return err
		}
	}
	return nil
}

// makeFolder makes a folder and those above it, durably.
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
