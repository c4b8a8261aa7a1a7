package journal

import (
	"cmp"
	"slices"
	"strings"
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
	records, problems, err = j.store.records(token, false)
	return merge(records), problems, err
}

// Records returns all records in the order of their start. problems names the records that can't be read, and the files that are not
// records. A journal that does not exist is empty. If the journal itself can't be read, Records returns an error.
func (j *Journal) Records() (records []Record, problems []error, err error) {
	records, problems, err = j.store.records("", false)
	return merge(records), problems, err
}

// Unfinished returns the records in the state unknown, as Records does. A table is not read as a whole for that.
func (j *Journal) Unfinished() (records []Record, problems []error, err error) {
	records, problems, err = j.store.records("", true)
	return slices.DeleteFunc(merge(records), func(r Record) bool { return r.Outcome != idem.OutcomeUnknown }), problems, err
}

// Forget removes the unknown records of a token whose processes have died, and returns them: a resume no longer sends them. Finished
// records stay. Records that can't be read stay, too; problems names them.
func (j *Journal) Forget(token string) (forgotten []Record, problems []error, err error) {
	_, problems, err = j.Find(token)
	if err != nil {
		return nil, problems, err
	}
	runs, _ := j.store.runs(token)
	runs = slices.DeleteFunc(runs, Record.Running)
	if err := j.store.remove(runs); err != nil {
		return nil, problems, err
	}
	return merge(runs), problems, nil
}

// Prune removes the records of intents that finished before a time, and what killed processes left beside the records by then. It
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
		if err := j.store.remove([]Record{r}); err != nil {
			return removed, problems, err
		}
		removed++
	}
	j.store.tidy(before)
	return removed, problems, nil
}
