package journal

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A folder is the store on a disk: see the package comment. The first record makes the folder.
type folder struct{ dir string }

func (f *folder) path(elem ...string) string {
	return filepath.Join(append([]string{f.dir}, elem...)...)
}

// read returns the record in the file with a name in the folder of a state. Its error is fs.ErrNotExist if there is no such file, and a
// *RecordError otherwise.
func (f *folder) read(state idem.Outcome, name string) (Record, error) {
	path := f.path(string(state), name)
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, fs.ErrNotExist
	}
	var r Record
	if err == nil {
		r, err = parse(state, data)
	}
	if err == nil && !namesOf(r.Intent).own(name) {
		err = errors.New("it is the record of another intent")
	}
	if err != nil {
		return Record{}, &RecordError{path, err}
	}
	r.file = name
	return r, nil
}

// readFile reads a file into memory. If the file is a named pipe, readFile does not wait for a writer.
func readFile(path string) ([]byte, error) {
	file, err := openFile(path, os.O_RDONLY|syscall.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	return io.ReadAll(file)
}

func openFile(path string, flag int) (file *os.File, err error) {
	err = retryBusy(func() error {
		file, err = os.OpenFile(path, flag, 0) // #nosec G304 -- a file of the journal
		return err
	})
	return file, err
}

// runsNamed returns the records of the files in unknown/ whose names are wanted, and the names of the files that can't be read. If unknown/
// itself can't be read, unreadable has the name "".
func (f *folder) runsNamed(wanted func(name string) bool) (records []Record, unreadable []string) {
	unknown, err := os.Open(f.path(string(idem.OutcomeUnknown)))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, nil
	case err != nil:
		return nil, []string{""}
	}
	defer func() { _ = unknown.Close() }() // nothing was written
	return f.runsIn(unknown, wanted)
}

// runsIn does the work of runsNamed. unknown is the folder unknown/, or nil if it can't be opened.
func (f *folder) runsIn(unknown *os.File, wanted func(name string) bool) (records []Record, unreadable []string) {
	entries, err := unknown.ReadDir(-1) // returns an error if unknown is nil
	if err != nil {
		unreadable = []string{""}
	}
	for _, entry := range entries {
		if !wanted(entry.Name()) {
			continue
		}
		switch r, err := f.read(idem.OutcomeUnknown, entry.Name()); {
		case err == nil:
			records = append(records, r)
		case !errors.Is(err, fs.ErrNotExist):
			unreadable = append(unreadable, entry.Name())
		}
	}
	return records, unreadable
}

// A recordFile is a file in the journal: its folder and its name.
type recordFile struct {
	state idem.Outcome
	name  string
}

// recordsNamed returns the records whose names are wanted.
func (f *folder) recordsNamed(wanted func(name string) bool) (records []Record, problems []error, err error) {
	counted := map[string]bool{} // the bases so far: if an intent has a file in an earlier folder, its file in a later folder does not count
	var files []recordFile
	for _, state := range states {
		entries, err := os.ReadDir(f.path(string(state)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			base, ok := baseOf(name)
			switch {
			case !wanted(name) || state != idem.OutcomeUnknown && counted[base]:
			case !ok || entry.Type()&^fs.ModeDir != 0: // reading a pipe could block
				problems = append(problems, &RecordError{f.path(string(state), name), errors.New("it is not a file with the name of a record")})
			default:
				counted[base] = true
				files = append(files, recordFile{state, name})
			}
		}
	}
	records, unreadable := f.readAll(files)
	return records, append(problems, unreadable...), nil
}

// readAll reads the records in files, several at a time. It skips files that a process has removed since they were listed.
func (f *folder) readAll(files []recordFile) (records []Record, problems []error) {
	var (
		found   = make([]Record, len(files))
		errs    = make([]error, len(files))
		workers sync.WaitGroup
		count   = runtime.GOMAXPROCS(0)
	)
	for worker := range count {
		workers.Go(func() {
			for i := worker; i < len(files); i += count {
				found[i], errs[i] = f.read(files[i].state, files[i].name)
				if errors.Is(errs[i], fs.ErrNotExist) {
					found[i], errs[i] = f.moved(files[i].name)
				}
			}
		})
	}
	workers.Wait()
	records = found[:0]
	for i, err := range errs {
		switch {
		case err == nil:
			records = append(records, found[i])
		case !errors.Is(err, fs.ErrNotExist):
			problems = append(problems, err)
		}
	}
	return records, problems
}

// moved returns the record in a file that its run has just moved out of unknown/.
func (f *folder) moved(name string) (Record, error) {
	base, _ := baseOf(name)
	for _, state := range states[1:] {
		if r, err := f.read(state, base+suffix); err == nil {
			return r, nil
		}
	}
	return Record{}, fs.ErrNotExist
}

func (f *folder) remove(_ context.Context, records []Record) (removed []Record, err error) {
	for i, r := range records {
		err := f.removeFile(r.Outcome, r.file)
		if r.Outcome != idem.OutcomeUnknown {
			err = errors.Join(err, f.unlinkFirstUse(r))
		}
		if err != nil {
			return records[:i], err
		}
	}
	return records, nil
}

// tidy removes the files in tmp/ that are older than a time and than an hour: a live process may still be writing a younger one.
func (f *folder) tidy(before time.Time) {
	if hourAgo := time.Now().Add(-time.Hour); before.After(hourAgo) {
		before = hourAgo
	}
	leftovers, _ := os.ReadDir(f.path("tmp")) // may not exist
	for _, entry := range leftovers {
		if info, err := entry.Info(); err == nil && info.ModTime().Before(before) && !info.IsDir() && strings.Contains(entry.Name(), ".json.") {
			_ = os.Remove(f.path("tmp", entry.Name())) // the next prune tries again
		}
	}
}
