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

// runs returns the records in unknown/ whose names are wanted, and the names of those that can't be read. If unknown/ itself can't be
// read, that is the name "".
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

// runsIn is runs with the folder unknown/ open.
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

// merge returns one record an intent, in the order of their start. The state that counts first wins; in one state a live run wins, else
// the run that ended last.
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

// Find returns the records of a token in the order of their start. There are several if the token was used with different parameters
// or in different places. problems names the records that can't be read.
func (j *Journal) Find(token string) (records []Record, problems []error, err error) {
	return j.records(func(name string) bool { return strings.HasPrefix(name, tokenHash(token)+"-") })
}

// Records returns all records in the order of their start. problems names the records that can't be read, and the files that are not
// records. A journal that does not exist is empty. If a folder of the journal can't be read, Records returns an error.
func (j *Journal) Records() (records []Record, problems []error, err error) {
	return j.records(func(string) bool { return true })
}

// A location is the place of a file in the journal.
type location struct {
	state idem.Outcome
	name  string
}

func (j *Journal) records(wanted func(name string) bool) (records []Record, problems []error, err error) {
	counted := map[string]bool{} // the bases found so far: a file of the same intent in a later folder does not count
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

// readAll reads records, several at a time. It skips those that were removed meanwhile.
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

// moved reads a record that its run has just moved out of unknown/.
func (j *Journal) moved(name string) (Record, error) {
	base, _ := baseOf(name)
	for _, state := range states[1:] {
		if r, err := j.read(state, base+suffix); err == nil {
			return r, nil
		}
	}
	return Record{}, fs.ErrNotExist
}

// Forget removes the unknown records of a token whose processes have died, and returns them: a resume no longer sends them. Finished
// records stay. Records that can't be read stay, too; problems names them.
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

// Prune removes the records of intents that finished before a time, and the files that killed processes left in tmp/ by then. It
// returns the number of records that it removed. Records that can't be read stay.
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
