package journal

import (
	"errors"
	"io/fs"
	"os"

	"github.com/awsidem/awsidem/pkg/idem"
)

// tokens is the folder of hard links to records in succeeded/, one link for each token in each place. A link shows the parameters of a token's
// first use without a search in succeeded/.
const tokens = "tokens"

// linkFirstUse links a record in succeeded/ as its token's first use, unless another record is linked. The link is not synced, and an error
// is ignored: without the link, EC2 alone finds a mismatch.
func (f *folder) linkFirstUse(n names) {
	link := func() error {
		return os.Link(f.path(string(idem.Succeeded), n.finished()), f.path(tokens, n.firstUse()))
	}
	if err := link(); errors.Is(err, fs.ErrNotExist) && os.Mkdir(f.path(tokens), 0o700) == nil { // a journal of an earlier version
		_ = link()
	}
}

// readFirstUse returns the record of a token's first use. It returns the zero Record if there is no link, or none that can be read.
func (f *folder) readFirstUse(n names) Record {
	data, err := readFile(f.path(tokens, n.firstUse()))
	if err != nil {
		return Record{}
	}
	r, err := parse(idem.Succeeded, data)
	if err != nil || namesOf(r.Intent).use != n.use {
		return Record{}
	}
	return r
}

// unlinkFirstUse removes the link to a record that [Journal.Prune] removes, if there is one.
func (f *folder) unlinkFirstUse(r Record) error {
	n := namesOf(r.Intent)
	if namesOf(f.readFirstUse(n).Intent) != n {
		return nil
	}
	return f.removeFile(tokens, n.firstUse())
}
