package runbook

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
)

// A Result states where the resource of a create came from, as far as the program knows.
type Result string

// The results of a create that ended with a resource.
const (
	Created        Result = "created"          // the token was random: no other create had it
	Found          Result = "found"            // an earlier create made it, by the journal or by the tag of --ensure
	Settled        Result = "settled"          // an earlier create had begun it, with an unknown outcome
	CreatedOrFound Result = "created-or-found" // the journal has no earlier create with the token; another machine may have made one
)

// A Create is the record of one create of a run.
type Create struct {
	ID             string   `json:"Id"` // of the record
	Operation      string   // create-route-table
	ResourceIDs    []string `json:"ResourceIds,omitempty"`
	Result         Result   `json:",omitempty"`
	IdempotencyKey string   `json:",omitempty"`
	ClientToken    string   `json:",omitempty"`
	Region         string   `json:",omitempty"`
	DryRun         bool     `json:",omitempty"`
	UsedUp         bool     `json:",omitempty"` // the create failed and would fail again: its token belongs to another or to a failed resource
	ExitCode       *int     // nil while the create runs, and if it was killed
}

// Record appends a record to the records of the run, and to the records of the outer run. The last record with an ID counts.
func (r *Run) Record(c Create) error {
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := appendLine(r.dir, line); err != nil || r.Outer == "" {
		return err
	}
	return appendLine(r.Outer, line)
}

func appendLine(dir string, line []byte) error {
	file, err := os.OpenFile(filepath.Join(dir, createsName), os.O_APPEND|os.O_WRONLY, 0) // #nosec G304 -- a file of the run
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n')) // one write: parallel steps do not mix their lines
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// Creates returns the creates of the run in the order in which they began.
func (r *Run) Creates() ([]Create, error) {
	data, err := os.ReadFile(filepath.Join(r.dir, createsName))
	if err != nil {
		return nil, err
	}
	var creates []Create
	index := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var c Create
		if json.Unmarshal(lines.Bytes(), &c) != nil { // a full disk cut the line off
			continue
		}
		i, known := index[c.ID]
		if !known {
			i = len(creates)
			index[c.ID] = i
			creates = append(creates, Create{})
		}
		creates[i] = c
	}
	return creates, nil
}
