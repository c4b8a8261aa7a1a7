package runbook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// errHeld is the error of lock if a live process holds the file.
var errHeld = errors.New("another create holds the number")

// A Claim is the number of a create among the equal creates of its run. Two creates are equal if they have the same operation, the same
// parameters and the same place. No two live creates that are equal have the same number.
//
// The number of a create that succeeded is used up. The number of a create that failed, or whose process was killed, is free again: a runbook
// that repeats a failed create means the same resource.
type Claim struct {
	Number int
	Key    string // the idempotency key of the create

	file *os.File // locked while the create runs, and empty until the number is used up; the system releases the lock of a killed process
}

// Claim returns the lowest free number of an equal create. The key does not depend on the place: EC2 keeps the tokens of each account and
// Region apart. The number does: the steps for several Regions may run in parallel, and a second run in another order must find the resources
// of the first run.
func (r *Run) Claim(operation string, parameters map[string]any, place string) (*Claim, error) {
	canonical, err := json.Marshal(parameters) // it sorts the names
	if err != nil {
		return nil, err
	}
	create := operation + ":" + string(canonical)
	folder := filepath.Join(cmp.Or(r.Outer, r.dir), claimsName, hash(create+"\n"+place))
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	for n := 1; ; n++ {
		file, err := lock(filepath.Join(folder, strconv.Itoa(n)))
		if errors.Is(err, errHeld) {
			continue
		}
		if err != nil {
			return nil, err
		}
		info, err := file.Stat()
		if err == nil && info.Size() == 0 {
			return &Claim{Number: n, Key: fmt.Sprintf("%s/%s/%d", r.Key, hash(create), n), file: file}, nil
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
	}
}

// Release ends the claim. The number is used up if the create succeeded, and free if it did not.
func (c *Claim) Release(succeeded bool) error {
	var err error
	if succeeded {
		_, err = c.file.WriteString("used up\n")
	}
	return errors.Join(err, c.file.Close())
}

// hash returns 80 bits of the SHA-256 of a text. It never changes: each key of each run depends on it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:10])
}
