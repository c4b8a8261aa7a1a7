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
	"strings"
)

// errHeld is the error of lock if a live process holds the file.
var errHeld = errors.New("another create holds the number")

// doneSuffix ends the name of the file that marks a number as used up.
const doneSuffix = ".done"

// A Claim is the number of a create among the equal creates of its run. Two creates are equal if they have the same operation, the same
// parameters and the same place. No two live creates that are equal have the same number.
//
// The number of a create that succeeded is used up. The number of a create that failed, or whose process was killed, is free again: a runbook
// that repeats a failed create means the same resource.
type Claim struct {
	Number int
	Key    string // the idempotency key of the create

	path string
	file *os.File // locked while the create runs; the system releases the lock of a killed process
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
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	done := map[string]bool{}
	for _, f := range files {
		if number, ok := strings.CutSuffix(f.Name(), doneSuffix); ok {
			done[number] = true
		}
	}
	for n := 1; ; n++ {
		if done[strconv.Itoa(n)] {
			continue
		}
		c := &Claim{Number: n, Key: fmt.Sprintf("%s/%s/%d", r.Key, hash(create), n), path: filepath.Join(folder, strconv.Itoa(n))}
		if taken, err := c.take(); err != nil || taken {
			return c, err
		}
	}
}

// take locks the number, and reports whether it was free.
func (c *Claim) take() (bool, error) {
	file, err := lock(c.path)
	if errors.Is(err, errHeld) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if _, err := os.Lstat(c.path + doneSuffix); err == nil { // done since the folder was read
		return false, file.Close()
	}
	c.file = file
	return true, nil
}

// Release ends the claim. The number is used up if the create succeeded, and free if it did not.
func (c *Claim) Release(succeeded bool) error {
	defer func() { _ = c.file.Close() }() // nothing was written
	if !succeeded {
		return nil
	}
	return os.WriteFile(c.path+doneSuffix, nil, 0o600)
}

// hash returns 80 bits of the SHA-256 of a text. It never changes: each key of each run depends on it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:10])
}
