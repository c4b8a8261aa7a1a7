// Package journal keeps a durable record of each intent and of its outcome, so that a crash, a kill, a reboot or a full disk can't
// lose a client token.
//
// The journal is a folder, laid out like a Maildir. One intent is one file. The folder that holds the file is the intent's state:
//
//	unknown/    the create is running, or its outcome is unknown
//	succeeded/  the resource exists
//	rejected/   nothing was created
//	tokens/     for each token in each place, a second link to its first file in succeeded/
//	tmp/        files that are being written
//
// [Journal.Entry] reads once what the journal holds of an intent. [Wrap] then records a run of the intent:
//
//  1. Before the first request leaves, Wrap writes the first line of the run's file, in JSON: the file is written in tmp/, synced,
//     renamed into unknown/, and unknown/ is synced.
//  2. [Answered] appends a line with the resource that EC2 answered.
//  3. When the run ends, Wrap appends a line with the outcome, syncs the file, renames it into the outcome's folder and syncs
//     that folder.
//
// A crash at any point leaves the intent in unknown/ at worst. Sending an intent again with its own token is always right. A reader
// ignores a line that is cut short. Several runs of one intent each have their own file in unknown/. If files of one intent lie in
// several folders, unknown/ counts before succeeded/, and succeeded/ before rejected/.
//
// An unknown intent stays unknown until a run ends with a match or a mismatch. A later refusal does not prove that earlier
// attempts created nothing, so a refused run removes only its own file.
//
// The journal takes no locks. Any number of processes can use one journal, also with the same token: a run writes only its own file,
// and no process touches the file of a live one. The cost of a create does not depend on the number of finished records. Folders have mode
// 0700, files have mode 0600. A record never holds a credential.
package journal

import (
	"os"
	"path/filepath"
)

// A Journal is a store of records, and the rules about them.
type Journal struct{ store store }

// Open returns the journal in a folder. Open does not access the folder. [OpenTable] returns the journal in a table.
func Open(dir string) *Journal {
	go thisProcess() // reads /proc in the background: the first record needs the result soon
	return &Journal{&folder{dir}}
}

// Location returns the journal's place in an environment: $AWSIDEM_JOURNAL, else awsidem/journal in $XDG_STATE_HOME. If
// XDG_STATE_HOME is unset or not absolute, it is ~/.local/state (XDG Base Directory Specification 0.8). The place is the absolute path of a
// folder, or the URL of a table: see [IsTable]. Location returns an error if there is no home folder.
func Location(getenv func(string) string) (string, error) {
	if place := getenv("AWSIDEM_JOURNAL"); place != "" {
		if IsTable(place) {
			return place, nil
		}
		return filepath.Abs(place)
	}
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "awsidem", "journal"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state", "awsidem", "journal"), nil
}

// Shared reports whether other machines can write to the journal.
func (j *Journal) Shared() bool {
	_, shared := j.store.(*table)
	return shared
}
