// Package runbook keeps the data that the steps of one run of a runbook share: a folder with an "aws" to put first on PATH, the number of each
// create among the equal creates of the run, and a record of each create.
//
// Each step is a process of its own, and steps run in parallel, in subshells and under xargs -P. Therefore the data are files in a folder that
// [New] makes for the run. Another run has another folder and begins to count at 1.
package runbook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// binName is the name of the folder on PATH, by which a step recognizes its own run and the runs around it.
const binName = "awsidem-exec"

// The files of a run, beside the folder on PATH.
const (
	settingsName = "run.json"
	createsName  = "creates.jsonl"
	claimsName   = "claims"
)

// Settings are the settings that all steps of a run share.
type Settings struct {
	Key          string // the idempotency key of the run; "" if the run has none
	AWSExitCodes bool   // the creates end with the exit codes of the AWS CLI
	Outer        string // the folder of the run within which this run counts its creates; "" if the run counts by itself
}

// A Run is the folder of one run.
type Run struct {
	dir string
	Settings
}

// New makes the folder of a run in the folder for temporary files, with an "aws" in it that is the program self.
func New(self string, settings Settings) (*Run, error) {
	above, err := filepath.Abs(os.TempDir()) // the path must hold wherever a step goes
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(above, "awsidem-run-")
	if err != nil {
		return nil, err
	}
	r := &Run{dir: dir, Settings: settings}
	if err := r.fill(self); err != nil {
		_ = r.Remove() // the first error counts
		return nil, err
	}
	return r, nil
}

func (r *Run) fill(self string) error {
	for _, folder := range []string{binName, claimsName} {
		if err := os.Mkdir(filepath.Join(r.dir, folder), 0o700); err != nil {
			return err
		}
	}
	data, err := json.Marshal(r.Settings)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.dir, settingsName), data, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.dir, createsName), nil, 0o600); err != nil {
		return err
	}
	return Link(self, filepath.Join(r.Bin(), "aws"+filepath.Ext(self)))
}

// Bin returns the folder with the "aws" of the run.
func (r *Run) Bin() string { return filepath.Join(r.dir, binName) }

// Within makes settings count within an outer run, under the key of that run.
func (s *Settings) Within(outer *Run) {
	s.Key, s.Outer = outer.Key, outer.dir
}

// Remove removes the folder of the run.
func (r *Run) Remove() error { return os.RemoveAll(r.dir) }

// IsBin reports whether a folder is the folder on PATH of some run.
func IsBin(dir string) bool { return filepath.Base(dir) == binName }

// Open opens the run whose folder on PATH is bin.
func Open(bin string) (*Run, error) {
	dir := filepath.Dir(bin)
	data, err := os.ReadFile(filepath.Join(dir, settingsName)) // #nosec G304 -- a file of the run
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder %q of this run of \"awsidem exec\" is gone: start the run again", dir)
	}
	if err != nil {
		return nil, err
	}
	r := &Run{dir: dir}
	if err := json.Unmarshal(data, &r.Settings); err != nil {
		return nil, fmt.Errorf("reading %q: %w", filepath.Join(dir, settingsName), err)
	}
	return r, nil
}
