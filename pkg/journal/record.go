package journal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/awsidem/awsidem/pkg/idem"
)

// version is the format of the records that this package writes. It reads version 1, too: that is a file of one line, without
// the Outcome.
const version = 2

// states are the folders of records, in the order in which they count.
var states = [...]idem.Outcome{idem.OutcomeUnknown, idem.Succeeded, idem.NothingCreated}

// A Record is what the journal knows of one intent.
type Record struct {
	idem.Intent
	Outcome    idem.Outcome // the folder that it lies in
	ResourceID string       // that EC2 answered; "" if it has not
	AnsweredAt time.Time    // when it was first answered; zero if it was not
	Visible    bool         // whether it has been seen, as it was asked for
	StartedAt  time.Time    // when the token was first used with these parameters
	FinishedAt time.Time    // zero while the process runs, and if it was killed
	Attempts   int          // made by the runs that have ended
	process    process      // that works on it
	file       string       // its name in the folder
}

// Running reports whether the process that works on the intent is still alive.
func (r Record) Running() bool {
	return r.Outcome == idem.OutcomeUnknown && r.FinishedAt.IsZero() && r.process.alive()
}

// line is a record as it is in its file: one line of JSON.
type line struct {
	Version     int
	Outcome     idem.Outcome `json:",omitempty"` // of a run that has ended: the folder that the file is then moved to
	Operation   string
	ClientToken string
	Input       map[string]any
	Region      string
	Endpoint    string
	Profile     string
	ResourceID  string     `json:"ResourceId,omitempty"`
	AnsweredAt  *time.Time `json:",omitempty"`
	Visible     bool       `json:",omitempty"`
	StartedAt   time.Time
	FinishedAt  *time.Time `json:",omitempty"`
	Attempts    int
	Process     process
}

func (r Record) encode() ([]byte, error) {
	f := line{
		Version: version, Outcome: r.Outcome, Operation: r.Operation, ClientToken: r.ClientToken, Input: r.Input,
		Region: r.Region, Endpoint: r.Endpoint, Profile: r.Profile,
		ResourceID: r.ResourceID, Visible: r.Visible, StartedAt: r.StartedAt, Attempts: r.Attempts, Process: r.process,
	}
	if !r.FinishedAt.IsZero() {
		f.FinishedAt = &r.FinishedAt
	}
	if !r.AnsweredAt.IsZero() {
		f.AnsweredAt = &r.AnsweredAt
	}
	if f.Outcome == idem.OutcomeUnknown {
		f.Outcome = "" // where it lies anyway
	}
	data, err := json.Marshal(f)
	return append(data, '\n'), err
}

// parse reads the file of a record in a state. Its last line counts. In unknown/ that one may be cut off, by a crash or since it
// is just being written: then the line before it does. And there an end that a line tells of has not come about: what was seen is as the first line has it.
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
		begun, _ := decode(start) // if it can't be read, nothing was seen
		r.FinishedAt, r.Visible = time.Time{}, begun.Visible && begun.ResourceID == r.ResourceID
	case state != idem.OutcomeUnknown && r.FinishedAt.IsZero():
		return Record{}, errors.New("it is no whole record")
	}
	r.Outcome = state
	return r, nil
}

// decode reads a line. It errors unless data is a whole record in a format that is known.
func decode(data []byte) (Record, error) {
	var f line
	err := json.Unmarshal(data, &f)
	known := f.Version == version || f.Version == 1
	if err != nil || !known {
		var v struct{ Version int } // which alone another version is sure to have
		if json.Unmarshal(data, &v) == nil && v.Version > version {
			return Record{}, fmt.Errorf("its format is version %d, and this awsidem reads versions 1 to %d", v.Version, version)
		}
	}
	switch {
	case err != nil:
		return Record{}, fmt.Errorf("it is no record: %w", err)
	case !known || f.ClientToken == "" || f.Operation == "":
		return Record{}, errors.New("it is no record")
	}
	r := Record{
		Intent: idem.Intent{
			Operation: f.Operation, ClientToken: f.ClientToken, Input: f.Input, Region: f.Region, Endpoint: f.Endpoint, Profile: f.Profile,
		},
		Outcome: f.Outcome, ResourceID: f.ResourceID, Visible: f.Visible, StartedAt: f.StartedAt, Attempts: f.Attempts, process: f.Process,
	}
	if f.FinishedAt != nil {
		r.FinishedAt = *f.FinishedAt
	}
	if f.AnsweredAt != nil {
		r.AnsweredAt = *f.AnsweredAt
	}
	return r, nil
}

// baseName derives what the names of an intent's files begin with: from the token, which may hold "/" or "..", and from
// everything else, for the same token with other parameters is another intent.
func baseName(intent idem.Intent) (string, error) {
	parameters, err := parametersHash(intent)
	return tokenHash(intent.ClientToken) + "-" + parameters, err
}

const suffix = ".json"

// runName makes a name for the file of a run that begins: no other run has it.
func runName(base string) string { return base + "." + strings.ToLower(rand.Text()) + suffix }

// baseOf gives the base of a file's name, and whether it can be the name of a record.
func baseOf(name string) (base string, ok bool) {
	base, run, _ := strings.Cut(strings.TrimSuffix(name, suffix), ".")
	hex := func(s string) bool { return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == "" }
	token, parameters, _ := strings.Cut(base, "-")
	return base, strings.HasSuffix(name, suffix) && hex(token) && hex(parameters) && !strings.Contains(run, ".")
}

func tokenHash(token string) string { return hash([]byte(token)) }

func parametersHash(i idem.Intent) (string, error) {
	data, err := json.Marshal([]any{i.Operation, i.Input, i.Region, i.Endpoint, i.Profile})
	return hash(data), err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// A RecordError names a record that can't be read. It is left where it is.
type RecordError struct {
	Path string
	Err  error
}

// Error names the file and what is wrong with it.
func (e *RecordError) Error() string {
	return fmt.Sprintf("the record %q can't be read: %v", e.Path, e.Err)
}

// Unwrap gives what is wrong with it.
func (e *RecordError) Unwrap() error { return e.Err }

// read reads the record of a name in a state. fs.ErrNotExist says that there is none; any other error is a RecordError.
func (j *Journal) read(state idem.Outcome, name string) (Record, error) {
	path := j.path(string(state), name)
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, fs.ErrNotExist
	}
	var r Record
	if err == nil {
		r, err = parse(state, data)
	}
	if err == nil {
		var want string
		if want, err = baseName(r.Intent); err == nil && !strings.HasPrefix(name, want+".") {
			err = errors.New("it is the record of another intent")
		}
	}
	if err != nil {
		return Record{}, &RecordError{path, err}
	}
	r.file = name
	return r, nil
}
