// Package journal keeps on disk what was asked for and what became of it, so that a crash, a kill, a reboot or a full disk
// can't lose a client token.
//
// It is laid out like a Maildir. One intent is one file, and the state of the intent is the folder that the file lies in
// (in unknown/, each of several processes that are at one intent at once has a file of its own):
//
//	unknown/    being created, or of unknown outcome: everything that an attempt may have been made for
//	succeeded/  the resource exists
//	rejected/   nothing was created
//	tmp/        records that are being written
//
// A file begins as one line of JSON: written beside, synced, renamed into unknown/, and the folder synced, before the first byte of
// the first attempt leaves. A second line, with what EC2 answered or with the end, is added and synced, and then the file is
// renamed to where its outcome belongs, and that folder synced. So a crash at any point leaves an intent at worst unknown, and
// sending an intent again with its own token is always right: a line that was cut off counts as never written. Where a file of
// one name lies in several folders, unknown counts before succeeded and that before rejected.
//
// What was unknown stays unknown until an attempt succeeds or ends in a mismatch. That a later run was refused says nothing
// of the attempts before it, so it takes away its own file alone, and is no "nothing was created".
//
// There are no locks: any number of processes work on one journal at once, with the same token too, for each run writes to its own
// file alone, and nobody touches the file of a process that lives. The cost of a create does not grow with what is finished; it
// lists what is unknown. Folders have mode 0700, files 0600, and nothing in them is a credential.
package journal

import (
	"os"
	"os/user"
	"path/filepath"
)

// A Journal is a folder of records. The folder is made when the first record is written.
type Journal struct{ dir string }

// Open gives the journal in a folder. It touches nothing.
func Open(dir string) *Journal {
	go thisProcess() // which takes its time, and soon is wanted
	return &Journal{dir: dir}
}

// DefaultDir gives the journal's folder in an environment: $AWSIDEM_JOURNAL, else awsidem/journal in $XDG_STATE_HOME, which
// is ~/.local/state if it is unset or not absolute (XDG Base Directory Specification 0.8). If HOME is not set, as for a unit of
// systemd, the home folder is that of the user database. DefaultDir errors if there is no home.
func DefaultDir(getenv func(string) string) (string, error) {
	if dir := getenv("AWSIDEM_JOURNAL"); dir != "" {
		return filepath.Abs(dir)
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

func (j *Journal) path(elem ...string) string {
	return filepath.Join(append([]string{j.dir}, elem...)...)
}
