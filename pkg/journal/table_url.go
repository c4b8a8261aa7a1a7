package journal

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/text"
)

// A Table names a table of DynamoDB that holds a journal, and has the options of the table's URL.
type Table struct {
	Name     string
	Region   string        // "": the Region of the create, or of the environment
	Endpoint string        // "": the environment's, or the Region's own
	Profile  string        // "": the profile of the create, or of the environment
	Lease    time.Duration // how long a run counts as running after the last sign of life of its process
	Keep     time.Duration // how long finished records are kept; 0: for ever

	query string // the options as the URL has them, with the "?"
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

// ParseTable returns the table of a URL dynamodb://TABLE[?region=R&endpoint=URL&profile=P&lease=DURATION&keep=DAYSd]. Its error names the
// option that is wrong.
func ParseTable(location string) (Table, error) {
	t := Table{Lease: defaultLease}
	name, query, _ := strings.Cut(strings.TrimPrefix(location, scheme), "?")
	t.Name = strings.TrimSuffix(name, "/")
	if query != "" {
		t.query = "?" + query
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`).MatchString(t.Name) {
		return t, fmt.Errorf(`%q is not the name of a table: a name has 3 to 255 of the characters a-z, A-Z, 0-9, ".", "-" and "_"`, t.Name)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return t, fmt.Errorf("%q can't be read: %w", "?"+query, err)
	}
	for option, given := range values {
		if len(given) > 1 || given[0] == "" {
			return t, fmt.Errorf("the option %q must have one value", option)
		}
		if err := t.setOption(option, given[0]); err != nil {
			return t, err
		}
	}
	return t, nil
}

// setOption sets the field of an option of the URL.
func (t *Table) setOption(option, value string) (err error) {
	switch option {
	case "region":
		t.Region = value
	case "endpoint":
		u, err := url.Parse(value)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
			return errors.New("the endpoint is not a URL like https://host[:port]") // without the value, which may hold a password
		}
		t.Endpoint = strings.TrimSuffix(value, "/")
	case "profile":
		t.Profile = value
	case "lease":
		t.Lease, err = time.ParseDuration(value)
		if err != nil || t.Lease < minLease || t.Lease > maxLease {
			return fmt.Errorf("bad lease %q: it must be from %s to %s", value, minLease, maxLease)
		}
	case "keep":
		days, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
		if err != nil || !strings.HasSuffix(value, "d") || days < 1 || days > 36500 {
			return fmt.Errorf("bad keep %q: it must be a number of days, such as 90d", value)
		}
		t.Keep = time.Duration(days) * 24 * time.Hour
	default:
		return fmt.Errorf("unknown option %q: it must be region, endpoint, profile, lease or keep", option)
	}
	return nil
}

// anotherName stands for a name that the user has to choose.
const anotherName = "ANOTHER_NAME"

// initCommand returns the command line of journal init with flags, for a table with a name and with the options of t.
func (t Table) initCommand(name string, flags ...string) string {
	words := append([]string{"awsidem journal init"}, flags...)
	return strings.Join(append(words, text.ShellWord(scheme+name+t.query)), " ")
}
