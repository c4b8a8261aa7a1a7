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

// Lookup gives the record of this very intent: the same token, parameters and place.
func (j *Journal) Lookup(intent idem.Intent) (Record, bool) {
	base, err := baseName(intent)
	if err != nil {
		return Record{}, false
	}
	if runs, _ := j.runs(func(name string) bool { return strings.HasPrefix(name, base+".") }); len(runs) > 0 {
		return merge(runs)[0], true
	}
	for _, state := range states[1:] {
		if r, err := j.read(state, base+suffix); err == nil {
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
	runs, _ := j.runs(func(name string) bool { return strings.Contains(name, "-"+parameters+".") })
	return slices.DeleteFunc(merge(runs), Record.Running)
}

// otherRuns gives the runs of an intent, but for one's own, whose processes died or ended and left it unknown.
func (j *Journal) otherRuns(base, own string) []Record {
	records, _ := j.runs(func(name string) bool { return name != own && strings.HasPrefix(name, base+".") })
	return slices.DeleteFunc(records, Record.Running)
}

// others reports whether other runs of an intent left it unknown, and whether it may be open in another way: a run goes on, or one
// with this token, for this operation at this place, asked in other words. EC2 knows those as one, where they are one account's:
// what differs is a default that was given, a profile, or a parameter, which would be a mismatch if EC2 came to say so.
// What can't be read may be any of them.
func (j *Journal) others(intent idem.Intent, own *run) (left, open bool) {
	base, err := baseName(intent)
	if err != nil {
		return false, false
	}
	same := func(name string) bool {
		return strings.HasPrefix(name, base+".") && (own == nil || name != own.record.file)
	}
	records, readable := j.runs(same)
	for _, r := range records {
		open = open || r.Running()
		left = left || !r.Running()
	}
	alike, readableToo := j.runs(func(name string) bool {
		return strings.HasPrefix(name, tokenHash(intent.ClientToken)+"-") && !strings.HasPrefix(name, base+".")
	})
	for _, r := range alike {
		open = open || r.Operation == intent.Operation && r.Region == intent.Region && place(r.Endpoint) == place(intent.Endpoint)
	}
	return left || !readable, open || !readableToo
}

// place is what an endpoint is another name for: AWS has one for each Region.
func place(endpoint string) string {
	endpoint = strings.TrimRight(strings.ToLower(endpoint), "/")
	if strings.Contains(endpoint, ".amazonaws.com") {
		return ""
	}
	return endpoint
}

// made gives the record of an intent that succeeded.
func (j *Journal) made(intent idem.Intent) (Record, bool) {
	base, err := baseName(intent)
	if err != nil {
		return Record{}, false
	}
	r, err := j.read(idem.Succeeded, base+suffix)
	return r, err == nil && r.ResourceID != ""
}

// runs gives the wanted records in unknown/, and whether each of them can be read.
func (j *Journal) runs(wanted func(name string) bool) (records []Record, readable bool) {
	entries, err := os.ReadDir(j.path(string(idem.OutcomeUnknown)))
	readable = err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
	for _, entry := range entries {
		if !wanted(entry.Name()) {
			continue
		}
		r, err := j.read(idem.OutcomeUnknown, entry.Name())
		if err == nil {
			records = append(records, r)
		}
		readable = readable && (err == nil || errors.Is(err, fs.ErrNotExist))
	}
	return records, readable
}

// merge makes one record of those of an intent: of the state that counts, and there of the run that lives, or else of the
// one that ended last. They come out in the order of their start.
func merge(records []Record) []Record {
	rank := func(r Record) int { return slices.Index(states[:], r.Outcome) }
	at := make(map[string]*Record, len(records))
	merged := make([]*Record, 0, len(records))
	for i := range records {
		r := &records[i]
		base, _ := baseOf(r.file)
		first := at[base]
		if first == nil {
			at[base] = r
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
		if counts.ResourceID == "" {
			counts.ResourceID, counts.AnsweredAt, counts.Visible = other.ResourceID, other.AnsweredAt, other.Visible
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

// A location is where a record lies.
type location struct {
	state idem.Outcome
	name  string
}

func (j *Journal) records(wanted func(name string) bool) (records []Record, problems []error, err error) {
	counted := map[string]bool{} // the bases of unknown records: where they lie besides does not count
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
			case !ok || entry.Type()&^fs.ModeDir != 0: // to read a pipe could take for ever
				problems = append(problems, &RecordError{j.path(string(state), name), errors.New("it is no file with the name of a record")})
			default:
				counted[base] = true
				locations = append(locations, location{state, name})
			}
		}
	}
	records, unreadable := j.readAll(locations)
	return merge(records), append(problems, unreadable...), nil
}

// readAll reads records, several at a time.
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

// moved reads a record that was moved just now.
func (j *Journal) moved(name string) (Record, error) {
	base, _ := baseOf(name)
	for _, state := range states[1:] {
		if r, err := j.read(state, base+suffix); err == nil {
			return r, nil
		}
	}
	return Record{}, fs.ErrNotExist
}

// Forget takes the unknown records of a token whose processes have died out of the journal, and gives them: they are not resumed any
// more. What is finished stays on record, and so does what can't be read, which is named in problems.
func (j *Journal) Forget(token string) (forgotten []Record, problems []error, err error) {
	_, problems, err = j.Find(token)
	if err != nil {
		return nil, problems, err
	}
	runs, _ := j.runs(func(name string) bool { return strings.HasPrefix(name, tokenHash(token)+"-") })
	runs = slices.DeleteFunc(runs, Record.Running)
	for _, r := range runs {
		if err := j.remove(idem.OutcomeUnknown, r.file); err != nil {
			return nil, problems, err
		}
	}
	return merge(runs), problems, nil
}

// Prune removes the records of finished intents that ended before a time, and what killed processes left in tmp by then. It
// gives how many records it removed; those that can't be read are kept.
func (j *Journal) Prune(before time.Time) (removed int, problems []error, err error) {
	records, problems, err := j.Records()
	if err != nil {
		return 0, problems, err
	}
	for _, r := range records {
		if r.Outcome == idem.OutcomeUnknown || !r.FinishedAt.Before(before) {
			continue
		}
		if err := j.remove(r.Outcome, r.file); err != nil {
			return removed, problems, err
		}
		removed++
	}
	if hourAgo := now().Add(-time.Hour); before.After(hourAgo) {
		before = hourAgo // of what is younger a process may still live that writes it
	}
	leftovers, _ := os.ReadDir(j.path("tmp")) // none is no matter
	for _, entry := range leftovers {
		if info, err := entry.Info(); err == nil && info.ModTime().Before(before) && !info.IsDir() && strings.Contains(entry.Name(), ".json.") {
			_ = os.Remove(j.path("tmp", entry.Name())) // next time, then
		}
	}
	return removed, problems, nil
}
