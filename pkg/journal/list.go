package journal

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// sameEndpoint reports whether two endpoint URLs reach the same service. Every URL of EC2 at AWS is the Region's default endpoint.
func sameEndpoint(a, b string) bool { return normalEndpoint(a) == normalEndpoint(b) }

// hostOfEC2 matches the hosts of EC2 at AWS, VPC endpoints included. It matches no other host under amazonaws.com, because everybody can have
// one: the host of an instance, a bucket or an API.
var hostOfEC2 = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(vpce-[a-z0-9-]+\.)?ec2(-fips)?\.([a-z]+(-[a-z]+)+-[0-9]+\.)?(vpce\.)?(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$`)
})

// normalEndpoint returns "" for an endpoint URL of EC2 at AWS, and another URL in one spelling.
func normalEndpoint(endpoint string) string {
	if endpoint == "" { // most intents have none, and it takes time to compile hostOfEC2
		return ""
	}
	endpoint = strings.TrimRight(strings.ToLower(endpoint), "/")
	if u, err := url.Parse(endpoint); err == nil && hostOfEC2().MatchString(u.Hostname()) {
		return ""
	}
	return endpoint
}

// merge returns one record for each intent, ordered by StartedAt. If an intent has several records, the one whose folder comes first in
// states counts. Within a folder, the record of a live run counts, else the record with the latest FinishedAt. The merged record has the
// earliest StartedAt and the most Attempts of all, and the resources of another record if its own has none.
func merge(records []Record) []Record {
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
		if countsMore(other, counts) {
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
	slices.SortFunc(merged, func(a, b *Record) int { return byStart(*a, *b) })
	sorted := make([]Record, len(merged))
	for i, r := range merged {
		sorted[i] = *r
	}
	return sorted
}

// countsMore reports whether a, rather than b, counts as the record of their intent.
func countsMore(a, b Record) bool {
	rank := func(r Record) int { return slices.Index(states[:], r.Outcome) }
	switch {
	case rank(a) != rank(b):
		return rank(a) < rank(b)
	case b.Running():
		return false
	}
	return a.Running() || a.FinishedAt.After(b.FinishedAt)
}

// Each calls do with each record. In a folder the records are ordered by StartedAt. In a table they have no order, and memory holds only a page
// of them at a time. A folder that does not exist is empty.
//
// Each of problems is a [*RecordError], for a record that can't be read or a file that is not a record. If do returns an error, Each stops and
// returns that error. If the journal itself can't be read, err says why: for a table a [*TableError] or
// an error of [OpenTable]'s connect, or the cause of ctx.
func (j *Journal) Each(ctx context.Context, do func(Record) error) (problems []error, err error) {
	return j.each(ctx, "", false, do)
}

// EachUnfinished calls do with each record in the state unknown, as Each does. In a table it reads only the index of the unknown intents.
func (j *Journal) EachUnfinished(ctx context.Context, do func(Record) error) (problems []error, err error) {
	return j.each(ctx, "", true, func(r Record) error {
		if r.Outcome != idem.OutcomeUnknown {
			return nil
		}
		return do(r)
	})
}

// each calls do with one record for each intent of a token, or of all tokens if the token is "".
func (j *Journal) each(ctx context.Context, token string, open bool, do func(Record) error) (problems []error, err error) {
	return j.store.records(ctx, token, open, func(records []Record) error {
		for _, r := range merge(records) {
			if err := do(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// Find returns the records of a token, ordered by StartedAt. There are several if the token was used with different parameters or in different
// places. Its problems and err are those of [Journal.Each].
func (j *Journal) Find(ctx context.Context, token string) (records []Record, problems []error, err error) {
	return ordered(func(do func(Record) error) ([]error, error) { return j.each(ctx, token, false, do) })
}

// Records returns all records, ordered by StartedAt. Its problems and err are those of [Journal.Each].
func (j *Journal) Records(ctx context.Context) (records []Record, problems []error, err error) {
	return ordered(func(do func(Record) error) ([]error, error) { return j.Each(ctx, do) })
}

// Unfinished returns the records in the state unknown, ordered by StartedAt. Its problems and err are those of [Journal.EachUnfinished].
func (j *Journal) Unfinished(ctx context.Context) (records []Record, problems []error, err error) {
	return ordered(func(do func(Record) error) ([]error, error) { return j.EachUnfinished(ctx, do) })
}

// ordered collects the records that each passes to its argument, and returns them ordered by StartedAt.
func ordered(each func(do func(Record) error) ([]error, error)) (records []Record, problems []error, err error) {
	problems, err = each(func(r Record) error {
		records = append(records, r)
		return nil
	})
	slices.SortFunc(records, byStart)
	return records, problems, err
}

func byStart(a, b Record) int {
	return cmp.Or(a.StartedAt.Compare(b.StartedAt), strings.Compare(a.ClientToken, b.ClientToken))
}

// Forget removes the unknown records of a token whose runs have ended, and returns them: a resume no longer sends these intents. Finished
// records stay, and so do records of live runs. Records that can't be read stay, too: each of problems is a [*RecordError].
func (j *Journal) Forget(ctx context.Context, token string) (forgotten []Record, problems []error, err error) {
	_, problems, err = j.Find(ctx, token)
	if err != nil {
		return nil, problems, err
	}
	runs, _ := j.store.runs(ctx, token)
	runs = slices.DeleteFunc(runs, Record.Running)
	forgotten, err = j.store.remove(ctx, runs)
	return merge(forgotten), problems, err
}

// Prune removes the records of succeeded and rejected intents that finished before a time, and returns the number of removed records. Unknown
// records stay. Records that can't be read stay, too: each of problems is a [*RecordError]. Prune also removes the files that killed
// processes left in tmp/ before that time, if they are more than an hour old.
func (j *Journal) Prune(ctx context.Context, before time.Time) (removed int, problems []error, err error) {
	problems, err = j.Each(ctx, func(r Record) error {
		if r.Outcome == idem.OutcomeUnknown || !r.FinishedAt.Before(before) {
			return nil
		}
		gone, err := j.store.remove(ctx, []Record{r})
		removed += len(gone)
		return err
	})
	if err == nil {
		j.store.tidy(before)
	}
	return removed, problems, err
}
