package journal

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// Lookup gives the record of this very intent: the same token, parameters and place.
func (j *Journal) Lookup(intent idem.Intent) (Record, bool) {
	name, err := fileName(intent)
	if err != nil {
		return Record{}, false
	}
	for _, state := range states {
		if r, err := j.read(state, name); err == nil {
			return r, true
		}
	}
	return Record{}, false
}

// Unfinished gives the unknown intents of processes that died which ask for just what intent asks for, under whatever
// token.
func (j *Journal) Unfinished(intent idem.Intent) []Record {
	parameters, err := parametersHash(intent)
	if err != nil {
		return nil
	}
	entries, err := os.ReadDir(j.path(string(idem.OutcomeUnknown)))
	if err != nil {
		return nil
	}
	var records []Record
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "-"+parameters+".json") {
			if r, err := j.read(idem.OutcomeUnknown, entry.Name()); err == nil && !r.Running() {
				records = append(records, r)
			}
		}
	}
	return records
}

// Find gives the records of a token, in the order of their start: one, unless it was used with other parameters or
// elsewhere. Records that can't be read are named in problems.
func (j *Journal) Find(token string) (records []Record, problems []error, err error) {
	return j.records(func(name string) bool { return strings.HasPrefix(name, tokenHash(token)+"-") })
}

// Records gives all records, in the order of their start. Records that can't be read, and files that are none, are named in
// problems. A journal that does not exist is empty; one that can't be read is an error.
func (j *Journal) Records() (records []Record, problems []error, err error) {
	return j.records(func(string) bool { return true })
}

var recordName = regexp.MustCompile(`^[0-9a-f]{32}-[0-9a-f]{32}\.json$`)

func (j *Journal) records(wanted func(name string) bool) (records []Record, problems []error, err error) {
	found := map[string]idem.Outcome{}
	var names []string
	for _, state := range states {
		entries, err := os.ReadDir(j.path(string(state)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			if _, counted := found[name]; counted || !wanted(name) {
				continue
			}
			if !recordName.MatchString(name) {
				problems = append(problems, &RecordError{j.path(string(state), name), errors.New("its name is not that of a record")})
				continue
			}
			found[name] = state
			names = append(names, name)
		}
	}
	records, unreadable := j.readAll(names, found)
	slices.SortFunc(records, func(a, b Record) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ClientToken, b.ClientToken))
	})
	return records, append(problems, unreadable...), nil
}

// readAll reads the records of names, several at a time.
func (j *Journal) readAll(names []string, found map[string]idem.Outcome) (records []Record, problems []error) {
	var (
		mu      sync.Mutex
		workers sync.WaitGroup
		count   = runtime.GOMAXPROCS(0)
	)
	for worker := range count {
		workers.Go(func() {
			var mine []Record
			var wrong []error
			for i := worker; i < len(names); i += count {
				r, err := j.read(found[names[i]], names[i])
				if errors.Is(err, fs.ErrNotExist) { // it was moved just now
					r, err = j.moved(names[i])
				}
				switch {
				case err == nil:
					mine = append(mine, r)
				case !errors.Is(err, fs.ErrNotExist):
					wrong = append(wrong, err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			records, problems = append(records, mine...), append(problems, wrong...)
		})
	}
	workers.Wait()
	return records, problems
}

func (j *Journal) moved(name string) (r Record, err error) {
	for _, state := range states {
		if r, err = j.read(state, name); err == nil {
			return r, nil
		}
	}
	return r, err
}

// Prune removes the records of finished intents that ended before a time, and what was left in tmp by then. It gives how
// many records it removed; those that can't be read are kept.
func (j *Journal) Prune(before time.Time) (removed int, problems []error, err error) {
	records, problems, err := j.Records()
	if err != nil {
		return 0, problems, err
	}
	for _, r := range records {
		if r.Outcome == idem.OutcomeUnknown || !r.FinishedAt.Before(before) {
			continue
		}
		name, err := fileName(r.Intent)
		if err == nil {
			err = j.remove(r.Outcome, name)
		}
		if err != nil {
			return removed, problems, &WriteError{err}
		}
		removed++
	}
	leftovers, _ := os.ReadDir(j.path("tmp")) // none is no matter
	for _, entry := range leftovers {
		if info, err := entry.Info(); err == nil && info.ModTime().Before(before) && !info.IsDir() && strings.Contains(entry.Name(), ".json.") {
			_ = os.Remove(j.path("tmp", entry.Name())) // next time, then
		}
	}
	return removed, problems, nil
}
