package journal

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/awsidem/awsidem/pkg/dynamodb"
	"github.com/awsidem/awsidem/pkg/idem"
)

// A Table names a table of DynamoDB that holds a journal, and says how to use it.
type Table struct {
	Name     string
	Region   string        // "": the Region of the create, or of the environment
	Endpoint string        // "": the environment's, or the Region's own
	Profile  string        // "": the profile of the create, or of the environment
	Lease    time.Duration // how long a run is taken for alive after its last sign of life
	Keep     time.Duration // how long finished records are kept; 0: for ever

	query string // of the URL, as the user gave it, with its "?"
}

// scheme begins the URL of a table.
const scheme = "dynamodb://"

// The limits of Lease.
const (
	minLease     = 3 * time.Second
	defaultLease = time.Minute
	maxLease     = 10 * time.Minute
)

// IsTable reports whether a journal's location is the URL of a table.
func IsTable(location string) bool { return strings.HasPrefix(location, scheme) }

// ParseTable parses dynamodb://TABLE[?region=R&endpoint=URL&profile=P&lease=D&keep=AGE].
func ParseTable(location string) (Table, error) {
	t := Table{Lease: defaultLease}
	name, query, _ := strings.Cut(strings.TrimPrefix(location, scheme), "?")
	t.Name = strings.TrimSuffix(name, "/")
	if query != "" {
		t.query = "?" + query
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`).MatchString(t.Name) {
		return t, fmt.Errorf("%q is not the name of a table: it must have 3 to 255 of a-z, A-Z, 0-9, and of the characters .-_", t.Name)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return t, fmt.Errorf("%q can't be read: %w", "?"+query, err)
	}
	for option, given := range values {
		value := given[0]
		if len(given) > 1 || value == "" {
			return t, fmt.Errorf("the option %q must have one value", option)
		}
		switch option {
		case "region":
			t.Region = value
		case "endpoint":
			if u, err := url.Parse(value); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
				return t, fmt.Errorf("the endpoint is not a URL like https://host[:port]")
			}
			t.Endpoint = strings.TrimSuffix(value, "/")
		case "profile":
			t.Profile = value
		case "lease":
			t.Lease, err = time.ParseDuration(value)
			if err != nil || t.Lease < minLease || t.Lease > maxLease {
				return t, fmt.Errorf("bad lease %q: it must be from %s to %s", value, minLease, maxLease)
			}
		case "keep":
			days, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
			if err != nil || !strings.HasSuffix(value, "d") || days < 1 || days > 36500 {
				return t, fmt.Errorf("bad keep %q: it must be a number of days, such as 90d", value)
			}
			t.Keep = time.Duration(days) * 24 * time.Hour
		default:
			return t, fmt.Errorf("unknown option %q: it must be region, endpoint, profile, lease or keep", option)
		}
	}
	return t, nil
}

// anotherName stands for a name that the user has to choose.
const anotherName = "ANOTHER_NAME"

// initCommand returns the command line of journal init with flags, for a table with a name and with the options of t.
func (t Table) initCommand(name string, flags ...string) string {
	location := scheme + name + t.query
	if t.query != "" { // it has characters that a shell would interpret
		location = "'" + strings.ReplaceAll(location, "'", `'\''`) + "'"
	}
	return strings.Join(append(append([]string{"awsidem journal init"}, flags...), location), " ")
}

// A table is the store in DynamoDB. One item is one intent: its partition key is the token, its sort key the operation, the place and a hash of
// the parameters. Each change writes the whole item, on condition that the item is what it was when it was read.
type table struct {
	Table
	profile string // of the records: a name of this machine's, so no item holds it
	connect func() (*dynamodb.Client, error)
}

// OpenTable returns the journal in a table. Records of the journal have the profile. connect is called once, before the first request.
func OpenTable(t Table, profile string, connect func() (*dynamodb.Client, error)) *Journal {
	go thisProcess()
	return &Journal{&table{t, profile, sync.OnceValues(connect)}, time.Now}
}

// The names of attributes and of the index.
const (
	keyToken  = "token"
	keyIntent = "intent"
	openIndex = "open"
)

// Definition returns the definition of the table.
func (t Table) Definition() dynamodb.Table {
	return dynamodb.Table{
		Name: t.Name, Keys: [2]dynamodb.Key{{Name: keyToken, Type: "S"}, {Name: keyIntent, Type: "S"}},
		Index: openIndex, IndexKeys: [2]dynamodb.Key{{Name: "open", Type: "S"}, {Name: keyToken, Type: "S"}},
		TagKey: "awsidem:journal", Tag: "1",
	}
}

// ExpiresAttribute is the attribute that holds when a finished record may go, in seconds since 1970.
const ExpiresAttribute = "expires"

// InputAttribute is the attribute that holds the parameters of the create, which can be sensitive.
const InputAttribute = "input"

// sortKey returns the sort key of an intent. The name of a profile is not in it, for it is a machine's own.
func sortKey(i idem.Intent) string {
	return strings.Join([]string{place(i), hashOf(i.Input)}, "#")
}

// place returns where a token is known, within an account.
func place(i idem.Intent) string {
	return strings.Join([]string{i.Operation, i.Region, normalEndpoint(i.Endpoint)}, "#")
}

// query calls do with each item that a question about the table selects, until do returns an error. It returns the problems of items that
// can't be read.
func (t *table) query(ctx context.Context, q dynamodb.Question, do func(dynamodb.Item, content) error) (problems []error, err error) {
	client, err := t.connect()
	if err != nil {
		return nil, err
	}
	q.TableName = t.Name
	var stopped error // of do
	err = client.Each(ctx, q, func(items []dynamodb.Item) error {
		for _, item := range items {
			c, err := t.decode(item)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			if stopped = do(item, c); stopped != nil {
				return stopped
			}
		}
		return nil
	})
	if stopped != nil {
		return problems, stopped
	}
	return problems, t.explain(ctx, err)
}

// ofTokenQuestion selects the items of a token, as they are now.
func ofTokenQuestion(token string) dynamodb.Question {
	return dynamodb.Question{
		KeyConditionExpression: "#t = :t", ExpressionAttributeNames: map[string]string{"#t": keyToken},
		ExpressionAttributeValues: dynamodb.Item{":t": dynamodb.String(token)}, ConsistentRead: true,
	}
}

func (t *table) records(ctx context.Context, token string, open bool, do func([]Record) error) (problems []error, err error) {
	var q dynamodb.Question // of all items
	switch {
	case token != "":
		q = ofTokenQuestion(token)
	case open:
		q = dynamodb.Question{
			IndexName: openIndex, KeyConditionExpression: "#o = :o", ExpressionAttributeNames: map[string]string{"#o": "open"},
			ExpressionAttributeValues: dynamodb.Item{":o": dynamodb.String("1")},
		}
	}
	return t.query(ctx, q, func(_ dynamodb.Item, c content) error { return do(c.records(namesOf(c.intent))) })
}

func (t *table) runs(ctx context.Context, token string) (records []Record, unreadable []string) {
	problems, err := t.records(ctx, token, false, func(found []Record) error {
		for _, r := range found {
			if r.Outcome == idem.OutcomeUnknown {
				records = append(records, r)
			}
		}
		return nil
	})
	if err != nil || len(problems) > 0 {
		unreadable = []string{""}
	}
	return records, unreadable
}

func (t *table) remove(ctx context.Context, records []Record) (removed []Record, err error) {
	for _, r := range records {
		run := t.newRun(r.Intent, namesOf(r.Intent))
		if err := run.read(ctx); err != nil {
			return removed, err
		}
		err := run.update(ctx, func(c *content) error {
			id := runID(r.file)
			unknown, isRun := c.runs[id]
			now, isFinished := c.finished[r.Outcome]
			switch {
			case r.Outcome == idem.OutcomeUnknown && isRun && !unknown.Running():
				delete(c.runs, id)
			case isFinished && now.FinishedAt.Equal(r.FinishedAt) && len(c.runs) == 0:
				delete(c.finished, r.Outcome)
			default:
				return &unchangedError{}
			}
			return nil
		})
		switch {
		case err == nil:
			removed = append(removed, r)
		case !errors.As(err, new(*unchangedError)):
			return removed, err
		}
	}
	return removed, nil
}

// An unchangedError ends an update that has nothing to write.
type unchangedError struct{}

func (*unchangedError) Error() string { return "the item stays as it is" }

// tidy does nothing: a table holds nothing beside the records.
func (t *table) tidy(time.Time) {}

// explain adds the remedy to an error of DynamoDB. If the context has ended, it returns the context's cause.
func (t *table) explain(ctx context.Context, err error) error {
	switch code := dynamodb.Code(err); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case code == "ResourceNotFoundException":
		return &TableError{err, fmt.Sprintf("the table %q does not exist in this account and Region", t.Name), t.initCommand(t.Name)}
	case code == "AccessDeniedException":
		return &TableError{err, fmt.Sprintf("the table %q may not be used: %v", t.Name, innermost(err)), t.initCommand(t.Name, "--policy")}
	case code == "ValidationException":
		return &TableError{err, fmt.Sprintf("the table %q is not a journal, or its index is missing: %v", t.Name, innermost(err)), t.initCommand(anotherName)}
	}
	var unreachable *dynamodb.UnreachableError
	if errors.As(err, &unreachable) {
		return &TableError{err, fmt.Sprintf("the table %q can't be reached: %v", t.Name, innermost(err)), ""}
	}
	return &TableError{err, fmt.Sprintf("the table %q can't be used: %v", t.Name, innermost(err)), ""}
}

func innermost(err error) error {
	var attempt *idem.AttemptError
	if errors.As(err, &attempt) {
		return attempt
	}
	return err
}

// A TableError reports that a table could not be used.
type TableError struct {
	Err     error
	Message string
	Command string // that mends it; "" if none is known
}

// Error returns the message. A TableError does not unwrap to Err: what DynamoDB answers is no answer of EC2's.
func (e *TableError) Error() string { return e.Message }

func (t *table) restore(ctx context.Context, r Record) (restored bool, err error) {
	client, err := t.connect()
	if err != nil {
		return false, err
	}
	if r.Profile != t.profile || t.Region == "" && r.Region != client.Region {
		return false, &foreignError{}
	}
	run := t.newRun(r.Intent, namesOf(r.Intent))
	if err := run.read(ctx); err != nil {
		return false, err
	}
	err = run.update(ctx, func(c *content) error {
		id := runID(r.file)
		present, ok := c.finished[r.Outcome]
		if r.Outcome == idem.OutcomeUnknown {
			present, ok = c.runs[id]
		}
		switch {
		case ok && !r.newerThan(present):
			return &unchangedError{}
		case r.Outcome == idem.OutcomeUnknown:
			c.runs[id] = r
		default:
			c.finished[r.Outcome] = r
		}
		return nil
	})
	if errors.As(err, new(*unchangedError)) {
		return false, nil
	}
	return err == nil, err
}
