package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// version is the format of the records that this package writes. The package also reads version 1, in which a file has one line and the
// line has no Outcome.
const version = 2

// states are the states of intents, each of them a subfolder of the folder. If an intent has records in several states, the first of these
// states counts.
var states = [...]idem.Outcome{idem.OutcomeUnknown, idem.Succeeded, idem.NothingCreated}

// A Record holds what the journal knows of one intent. Both stores keep its exported fields: see TestEveryFieldIsKept.
type Record struct {
	idem.Intent
	Outcome     idem.Outcome // the intent's state; OutcomeUnknown while a run goes on
	ResourceIDs []string     // the resources that EC2 answered with; none if EC2 has not answered with one
	AnsweredAt  time.Time    // when EC2 first answered with the resources; zero if it has not
	Visible     bool         // whether Describe has shown the resources as the intent asks for them
	StartedAt   time.Time    // when the first run of the intent began
	FinishedAt  time.Time    // when the last run ended; zero while a run goes on, and after a kill
	Attempts    int          // the attempts of all runs that have ended

	process process // of the last run
	lease   *lease  // of a run in a table; nil for a finished record, and in a folder
	file    string  // the file's name, without the folder; in a table the name that a folder would give the file
}

// ID returns a string that identifies the record's intent in the journal. It is derived from hashes of the token and the parameters.
func (r Record) ID() string {
	base, _ := baseOf(r.file)
	return base
}

// SentTo reports whether the create's endpoint and another endpoint URL reach the same service.
func (r Record) SentTo(endpoint string) bool { return sameEndpoint(r.Endpoint, endpoint) }

// Running reports whether a run of the intent goes on: in a live process of this machine, or in a table with a lease. For a record of a folder
// that machines share, a run on another machine counts as ended.
func (r Record) Running() bool {
	if r.Outcome != idem.OutcomeUnknown || !r.FinishedAt.IsZero() {
		return false
	}
	if r.lease != nil {
		return r.lease.alive(r.process)
	}
	return r.process.alive()
}

// A line is a record in JSON, as the lines of a record's file have it.
type line struct {
	Version     int
	Outcome     idem.Outcome `json:",omitempty"` // the folder that the file moves to next; "" if the file stays in unknown/
	Operation   string
	ClientToken string
	Input       map[string]any
	Region      string
	Endpoint    string
	Profile     string
	ResourceID  string     `json:"ResourceId,omitempty"`  // the first id
	ResourceIDs []string   `json:"ResourceIds,omitempty"` // all ids, if there are several
	AnsweredAt  *time.Time `json:",omitempty"`
	Visible     bool       `json:",omitempty"`
	StartedAt   time.Time
	FinishedAt  *time.Time `json:",omitempty"`
	Attempts    int
	Process     process
}

// encode returns the record as a line. It returns an error if the parameters can't be JSON.
func (r Record) encode() ([]byte, error) {
	l := line{
		Version: version, Outcome: r.Outcome, Operation: r.Operation, ClientToken: r.ClientToken, Input: r.Input,
		Region: r.Region, Endpoint: r.Endpoint, Profile: r.Profile,
		Visible: r.Visible, StartedAt: r.StartedAt, Attempts: r.Attempts, Process: r.process,
	}
	if len(r.ResourceIDs) > 0 {
		l.ResourceID = r.ResourceIDs[0]
	}
	if len(r.ResourceIDs) > 1 {
		l.ResourceIDs = r.ResourceIDs
	}
	if !r.FinishedAt.IsZero() {
		l.FinishedAt = &r.FinishedAt
	}
	if !r.AnsweredAt.IsZero() {
		l.AnsweredAt = &r.AnsweredAt
	}
	if l.Outcome == idem.OutcomeUnknown {
		l.Outcome = "" // the file stays in unknown/
	}
	data, err := json.Marshal(l)
	return append(data, '\n'), err
}

// parse returns the record in a file's data. state is the folder of the file. The last line counts.
//
// In unknown/, the last line may be cut short by a crash or by a write that goes on. Then the line before the last counts. If the last line
// in unknown/ has an outcome, the rename that confirms this line never happened. Then parse ignores the line's Outcome, FinishedAt and
// Visible, and takes Visible from the first line if that line names the same resources.
func parse(state idem.Outcome, data []byte) (r Record, err error) {
	data = bytes.TrimSuffix(data, []byte("\n"))
	start, _, _ := bytes.Cut(data, []byte("\n"))
	for {
		last := bytes.LastIndexByte(data, '\n')
		if r, err = decode(data[last+1:]); err == nil || last < 0 || state != idem.OutcomeUnknown {
			break
		}
		data = data[:last]
	}
	switch {
	case err != nil:
		return Record{}, err
	case state == idem.OutcomeUnknown && r.Outcome != "":
		begun, _ := decode(start) // the zero Record, which is not visible, if the line can't be read
		r.FinishedAt, r.Visible = time.Time{}, begun.Visible && slices.Equal(begun.ResourceIDs, r.ResourceIDs)
	case state != idem.OutcomeUnknown && r.FinishedAt.IsZero():
		return Record{}, errors.New("the record is incomplete")
	}
	r.Outcome = state
	return r, nil
}

// decode returns the record in a line. It returns an error unless data is a whole record in a known format.
func decode(data []byte) (Record, error) {
	var l line
	err := json.Unmarshal(data, &l)
	known := l.Version == version || l.Version == 1
	if err != nil || !known {
		var v struct{ Version int } // every later version has this member, and perhaps no other
		if json.Unmarshal(data, &v) == nil && v.Version > version {
			return Record{}, fmt.Errorf("its format is version %d, and this awsidem reads versions 1 to %d", v.Version, version)
		}
	}
	switch {
	case err != nil:
		return Record{}, fmt.Errorf("it is not a record: %w", err)
	case !known || l.ClientToken == "" || l.Operation == "":
		return Record{}, errors.New("it is not a record")
	}
	r := Record{
		Intent: idem.Intent{
			Operation: l.Operation, ClientToken: l.ClientToken, Input: l.Input, Region: l.Region, Endpoint: l.Endpoint, Profile: l.Profile,
		},
		Outcome: l.Outcome, ResourceIDs: l.ResourceIDs, Visible: l.Visible, StartedAt: l.StartedAt, Attempts: l.Attempts, process: l.Process,
	}
	if l.ResourceID != "" && len(l.ResourceIDs) == 0 {
		r.ResourceIDs = []string{l.ResourceID}
	}
	if l.FinishedAt != nil {
		r.FinishedAt = *l.FinishedAt
	}
	if l.AnsweredAt != nil {
		r.AnsweredAt = *l.AnsweredAt
	}
	return r, nil
}

// A RecordError reports a file or an item in the journal that can't be read as a record. The journal keeps the file or the item.
type RecordError struct {
	Path string // of the file; for an item the table's URL, the token and the sort key
	Err  error
}

// Error returns the path and what is wrong with the record.
func (e *RecordError) Error() string {
	return fmt.Sprintf("the record %q can't be read: %v", e.Path, e.Err)
}

// Unwrap returns what is wrong with the record.
func (e *RecordError) Unwrap() error { return e.Err }
