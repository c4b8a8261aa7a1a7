package journal

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// sameEndpoint reports whether two endpoint URLs reach the same service. Every URL of amazonaws.com is the Region's default endpoint.
func sameEndpoint(a, b string) bool { return normalEndpoint(a) == normalEndpoint(b) }

func normalEndpoint(url string) string {
	url = strings.TrimRight(strings.ToLower(url), "/")
	if strings.Contains(url, ".amazonaws.com") {
		return ""
	}
	return url
}

// runs returns the records of the files in unknown/ whose names are wanted, and the names of the files that can't be read. If unknown/
// itself can't be read, unreadable has the name "".
func (j *Journal) runs(wanted func(name string) bool) (records []Record, unreadable []string) {
	folder, err := os.Open(j.path(string(idem.OutcomeUnknown)))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, nil
	case err != nil:
		return nil, []string{""}
	}
	defer func() { _ = folder.Close() }() // nothing was written
	return j.runsIn(folder, wanted)
}

// runsIn does the work of runs. folder is unknown/, or nil if unknown/ can't be opened.
func (j *Journal) runsIn(folder *os.File, wanted func(name string) bool) (records []Record, unreadable []string) {
	entries, err := folder.ReadDir(-1)
	if err != nil {
		unreadable = []string{""}
	}
	for _, entry := range entries {
		if !wanted(entry.Name()) {
			continue
		}
		switch r, err := j.read(idem.OutcomeUnknown, entry.Name()); {
		case err == nil:
			records = append(records, r)
		case !errors.Is(err, fs.ErrNotExist):
			unreadable = append(unreadable, entry.Name())
		}
	}
	return records, unreadable
}

// merge returns one record for each intent, ordered by StartedAt. If an intent has several records, the one whose folder comes first in
// states counts. Within a folder, the record of a live run counts, else the record with the latest FinishedAt. The merged record has the
// earliest StartedAt and the most Attempts of all, and the resources of another record if its own has none.
func merge(records []Record) []Record {
	rank := func(r Record) int { return slices.Index(states[:], r.Outcome) }
	byBase := make(map[string]*Record, len(records))
	merged := make([]*Record, 0, len(records))
	for i := range records {
		r := &records[i]
		base, _ := baseOf(r.file)
		first := byBase[base]
		if first == nil {
			byBase[base] = r
			merged = append(merged, r)
			continue
		}
		counts, other := *first, *r
		if c := cmp.Compare(rank(counts), rank(other)); c > 0 || c == 0 && !counts.Running() && (other.Running() || counts.FinishedAt.Before(other.FinishedAt)) {
			counts, other = other, counts
		}
		if other.StartedAt.Before(counts.StartedAt) {
			counts.StartedAt = other.StartedAt
		}
		counts.Attempts = max(counts.Attempts, other.Attempts)
		if len(counts.ResourceIDs) == 0 {
			counts.ResourceIDs, counts.AnsweredAt, counts.Visible = other.ResourceIDs, other.AnsweredAt, other.Visible
		}
		*first = counts
	}
	slices.SortFunc(merged, func(a, b *Record) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), strings.Compare(a.ClientToken, b.ClientToken))
	})
	sorted := make([]Record, len(merged))
	for i, r := range merged {
		sorted[i] = *r
	}
	return sorted
}

// Find returns the records of a token, ordered by StartedAt. There are several if the token was used with different parameters or in different
// places. Each of problems is a [*RecordError].
func (j *Journal) Find(token string) (records []Record, problems []error, err error) {
	return j.records(func(name string) bool { return strings.HasPrefix(name, tokenHash(token)+"-") })
}

// Records returns all records, ordered by StartedAt. Each of problems is a [*RecordError], for a record that can't be read or a file that is
// not a record. A journal that does not exist is empty. If a folder of the journal can't be read, err is the file system's error.
func (j *Journal) Records() (records []Record, problems []error, err error) {
	return j.records(func(string) bool { return true })
}

// A location is the folder and the name of a file in the journal.
type location struct {
	state idem.Outcome
	name  string
}

func (j *Journal) records(wanted func(name string) bool) (records []Record, problems []error, err error) {
	counted := map[string]bool{} // the bases found so far: if an intent has a file in an earlier folder, its file in a later folder does not count
	var locations []location
	for _, state := range states {
		entries, err := os.ReadDir(j.path(string(state)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			base, ok := baseOf(name)
			switch {
			case !wanted(name) || state != idem.OutcomeUnknown && counted[base]:
			case !ok || entry.Type()&^fs.ModeDir != 0: // reading a pipe could block
				problems = append(problems, &RecordError{j.path(string(state), name), errors.New("it is not a file with the name of a record")})
			default:
				counted[base] = true
				locations = append(locations, location{state, name})
			}
		}
	}
	records, unreadable := j.readAll(locations)
	return merge(records), append(problems, unreadable...), nil
}

// readAll reads records, several at a time. It skips files that a process has removed since they were listed.
func (j *Journal) readAll(locations []location) (records []Record, problems []error) {
	var (
		found   = make([]Record, len(locations))
		errs    = make([]error, len(locations))
		workers sync.WaitGroup
		count   = runtime.GOMAXPROCS(0)
	)
	for worker := range count {
		workers.Go(func() {
			for i := worker; i < len(locations); i += count {
				found[i], errs[i] = j.read(locations[i].state, locations[i].name)
				if errors.Is(errs[i], fs.ErrNotExist) {
					found[i], errs[i] = j.moved(locations[i].name)
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
func (j *Journal) moved(name string) (Record, error) {
	base, _ := baseOf(name)
	for _, state := range states[1:] {
		if r, err := j.read(state, base+suffix); err == nil {
			return r, nil
		}
	}
	return Record{}, fs.ErrNotExist
}

// Forget removes the unknown records of a token of which no run goes on, and returns them: a resume no longer sends these intents. Finished
// records stay. Records that can't be read stay, too: each of problems is a [*RecordError].
func (j *Journal) Forget(token string) (forgotten []Record, problems []error, err error) {
	_, problems, err = j.Find(token)
	if err != nil {
		return nil, problems, err
	}
	runs, _ := j.runs(func(name string) bool { return strings.HasPrefix(name, tokenHash(token)+"-") })
	runs = slices.DeleteFunc(runs, Record.Running)
	if err := j.removeAll(idem.OutcomeUnknown, runs); err != nil {
		return nil, problems, err
	}
	return merge(runs), problems, nil
}

// Prune removes the records of succeeded and rejected intents that finished before a time, and returns the number of removed records. Unknown
// records stay. Records that can't be read stay, too: each of problems is a [*RecordError]. Prune also removes the files that killed
// processes left in tmp/ before that time, if they are more than an hour old.
func (j *Journal) Prune(before time.Time) (removed int, problems []error, err error) {
	records, problems, err := j.Records()
	if err != nil {
		return 0, problems, err
	}
	for _, r := range records {
		if r.Outcome == idem.OutcomeUnknown || !r.FinishedAt.Before(before) {
			continue
		}
		if err := errors.Join(j.remove(r.Outcome, r.file), j.unlinkFirstUse(r)); err != nil {
			return removed, problems, err
		}
		removed++
	}
	if hourAgo := now().Add(-time.Hour); before.After(hourAgo) {
		before = hourAgo // a live process may still be writing a younger file
	}
	leftovers, _ := os.ReadDir(j.path("tmp")) // may not exist
	for _, entry := range leftovers {
		if info, err := entry.Info(); err == nil && info.ModTime().Before(before) && !info.IsDir() && strings.Contains(entry.Name(), ".json.") {
			_ = os.Remove(j.path("tmp", entry.Name())) // the next prune tries again
		}
	}
	return removed, problems, nil
}
