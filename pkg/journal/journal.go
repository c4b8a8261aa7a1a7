// Package journal keeps a durable record of each intent and of its outcome, so that a crash, a kill, a reboot or a full disk can't
// lose a client token.
//
// A journal is a folder ([Open]) or a table of DynamoDB that many machines share ([OpenTable]). [Journal.Entry] reads once what the journal
// holds of an intent. [Wrap] then records a run of the intent:
//
//  1. Before the first request leaves, Wrap writes the record of the run durably.
//  2. If the run waits until the resource is visible, [Answered] adds the resource of EC2's answer to the record.
//  3. When the run ends, Wrap writes the outcome durably.
//
// If a crash ends the run between its first request and step 3, the intent stays unknown. As long as EC2 remembers the token, sending the
// intent again with its own token is right. An unknown intent stays unknown until a run ends with a match or a mismatch, or until
// [Journal.Forget]. If EC2 refuses a later request, the refusal does not prove that earlier attempts created nothing.
//
// An intent's place is its Region, endpoint and profile. The same token in another place is another intent.
//
// The cost of a create does not depend on the number of finished records. The journal adds no credential to a record, and package cli replaces
// each password and key in the parameters by a hash.
//
// # The folder
//
// The folder is laid out like a Maildir. A finished intent has one file. An intent in unknown/ has one file for each of its runs. The
// subfolder that holds the file is the intent's state:
//
//	unknown/    the create is running, or its outcome is unknown
//	succeeded/  the resource exists
//	rejected/   nothing was created
//	tokens/     for each token in each place, a hard link to the token's first file in succeeded/
//	tmp/        files that Wrap has not finished writing
//
// The three steps:
//
//  1. The first line of the run's file, in JSON, is written in tmp/ and synced. The file is renamed into unknown/, and unknown/ is synced.
//  2. Answered appends a line, and does not sync the file.
//  3. Wrap appends a line and syncs the file. Unless the outcome is unknown, Wrap renames the file into the outcome's folder and syncs that
//     folder.
//
// If a kill ends the process, the next run of the intent finds this:
//
//	before the rename of step 1       nothing of this run, which sent nothing. A file can stay in tmp/ until a prune
//	before the append of step 2 or 3  the intent is unknown. The run may have sent its token
//	before the rename of step 3       the intent is unknown. If EC2 answered with a resource, the record names it
//	after the rename of step 3        the outcome; but the intent is unknown while unknown/ has files of earlier runs that died
//
// In unknown/, a reader ignores a last line that is cut short. If files of one intent lie in several folders, unknown/ counts before
// succeeded/, and succeeded/ before rejected/.
//
// The folder has no locks. Any number of processes can use it, also with the same token: a run writes only its own file, and removes only
// files of runs that have ended or whose process has died. Folders have mode 0700, files have mode 0600.
//
// # The table
//
// An intent is one item: its unknown runs, and its succeeded and its rejected record. Each step replaces the item on condition that nobody
// has changed it since it was read; otherwise the step reads the item again and decides anew. The index "open" holds the items with unknown
// runs, so that a list of them reads no finished record.
//
// A run holds a lease in the item and renews the lease while its process lives. While the lease lasts by DynamoDB's clock, the intent counts
// as running on every machine. [Entry.Claim] lets a run begin only if no other run of the intent is running. If a process stands still until
// its lease has ended and another run has taken the intent over, [UnlessTaken] stops the first run before its next request.
package journal

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// A Journal keeps records in a folder or in a table.
type Journal struct {
	store store
	clock func() time.Time
}

// Open returns the journal in a folder. Open does not access the folder.
func Open(dir string) *Journal {
	go thisProcess() // reads /proc in the background: the first record needs the result soon
	return &Journal{&folder{dir}, time.Now}
}

// Name returns the name of the journal in an environment, for [Locate]: $AWSIDEM_JOURNAL, else the path of awsidem/journal in $XDG_STATE_HOME. If
// XDG_STATE_HOME is unset or not absolute, ~/.local/state takes its place (XDG Base Directory Specification 0.8). Name returns an error if it
// needs a home folder and there is none.
func Name(getenv func(string) string) (string, error) {
	if name := getenv("AWSIDEM_JOURNAL"); name != "" {
		return name, nil
	}
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "awsidem", "journal"), nil
	}
	home, err := os.UserHomeDir()
	if _, set := os.LookupEnv("HOME"); err != nil && !set {
		var u *user.User
		if u, err = user.Current(); err == nil {
			home = u.HomeDir
		}
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state", "awsidem", "journal"), nil
}

// Locate returns the location that a name stands for: the absolute path of a folder, or the URL of a table. It returns an error for another URL.
func Locate(name string) (string, error) {
	lower := strings.ToLower(name)
	switch {
	case IsTable(name):
		return name, nil
	case strings.Contains(name, "://"), strings.HasPrefix(lower, "dynamodb:"), strings.HasPrefix(lower, "arn:"):
		return "", fmt.Errorf("%q is neither a folder nor the URL of a table: %sTABLE", name, scheme)
	}
	return filepath.Abs(name)
}

// Shared reports whether the journal is in a table, which other machines can write to.
func (j *Journal) Shared() bool {
	_, shared := j.store.(*table)
	return shared
}
