// Package journal keeps a durable record of each intent and of its outcome, so that a crash, a kill, a reboot or a full disk can't
// lose a client token.
//
// The journal is a folder, laid out like a Maildir. A finished intent has one file. An intent in unknown/ has one file for each of its
// runs. The folder that holds the file is the intent's state:
//
//	unknown/    the create is running, or its outcome is unknown
//	succeeded/  the resource exists
//	rejected/   nothing was created
//	tokens/     for each token in each place, a hard link to the token's first file in succeeded/
//	tmp/        files that Wrap has not finished writing
//
// [Journal.Entry] reads once what the journal holds of an intent. [Wrap] then records a run of the intent:
//
//  1. Before the first request leaves, Wrap writes the first line of the run's file, in JSON: the file is written in tmp/, synced,
//     renamed into unknown/, and unknown/ is synced.
//  2. If the run waits until the resource is visible, [Answered] appends a line with the resource of EC2's answer. It does not sync
//     the file.
//  3. When the run ends, Wrap appends a line with the outcome and syncs the file. Unless the outcome is unknown, Wrap renames the file
//     into the outcome's folder and syncs that folder.
//
// If a crash ends the run between its first request and step 3, the intent is in unknown/. As long as EC2 remembers the token, sending the
// intent again with its own token is right. In unknown/, a reader ignores a last line that is cut short. If files of one intent lie in
// several folders, unknown/ counts before succeeded/, and succeeded/ before rejected/.
//
// An unknown intent stays unknown until a run ends with a match or a mismatch, or until [Journal.Forget]. If EC2 refuses a later request,
// the refusal does not prove that earlier attempts created nothing.
//
// The journal takes no locks. Any number of processes can use one journal, also with the same token: a run writes only its own file,
// and removes only files of runs that have ended or whose process has died. The cost of a create does not depend on the number of finished
// records. Folders have mode 0700, files have mode 0600. The journal adds no credential to a record,
// and package cli hands it a hash in place of a password or a key.
package journal

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// A Journal is a store of records, and the rules about them.
type Journal struct {
	store store
	clock func() time.Time
}

// Open returns the journal in a folder. Open does not access the folder. [OpenTable] returns the journal in a table.
func Open(dir string) *Journal {
	go thisProcess() // reads /proc in the background: the first record needs the result soon
	return &Journal{&folder{dir}, time.Now}
}

// Location returns the name of the journal in an environment, for [Locate]: $AWSIDEM_JOURNAL, else awsidem/journal in $XDG_STATE_HOME. If
// XDG_STATE_HOME is unset or not absolute, ~/.local/state takes its place (XDG Base Directory Specification 0.8). Location returns an error if
// it needs a home folder and there is none.
func Location(getenv func(string) string) (string, error) {
	if place := getenv("AWSIDEM_JOURNAL"); place != "" {
		return place, nil
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

// Shared reports whether other machines can write to the journal.
func (j *Journal) Shared() bool {
	_, shared := j.store.(*table)
	return shared
}
