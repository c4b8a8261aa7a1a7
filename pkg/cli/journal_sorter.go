package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/awsidem/awsidem/pkg/journal"
)

// A sorter holds records until all have been read and can be printed in order. Memory holds some 100 bytes of each record, and up to
// sorterMemory bytes of the records themselves. A temporary file holds the other records. Where the system allows it, the file has no name.
type sorter struct {
	places []place
	memory []byte   // the last records
	file   *os.File // the records before these; nil if there are none
	filed  int64    // the size of file
	named  bool     // whether file has a name
}

// A place is where a record is in a sorter.
type place struct {
	started time.Time
	token   string
	at      int64
	length  int
}

// sorterMemory is the most bytes of records that a sorter has in memory: some 10,000 records.
const sorterMemory = 8 << 20

// add adds a record.
func (s *sorter) add(r journal.Record) error {
	data, err := json.Marshal(describeRecord(r))
	if err != nil {
		return fmt.Errorf("listing the create of token %q: %w", r.ClientToken, err)
	}
	s.places = append(s.places, place{r.StartedAt, r.ClientToken, s.filed + int64(len(s.memory)), len(data)})
	s.memory = append(s.memory, data...)
	if len(s.memory) < sorterMemory {
		return nil
	}
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "awsidem-list-*"); err != nil {
			return errSorter(err)
		}
		s.named = os.Remove(s.file.Name()) != nil // Windows removes no open file
	}
	if _, err := s.file.Write(s.memory); err != nil {
		return errSorter(err)
	}
	s.filed, s.memory = s.filed+int64(len(s.memory)), s.memory[:0]
	return nil
}

// all returns the records as [describeRecord] does, ordered by the time when they started.
func (s *sorter) all() iter.Seq2[any, error] {
	slices.SortFunc(s.places, func(a, b place) int {
		return cmp.Or(a.started.Compare(b.started), cmp.Compare(a.token, b.token))
	})
	return func(yield func(any, error) bool) {
		for _, p := range s.places {
			var value map[string]any
			data, err := s.read(p)
			if err == nil {
				err = json.Unmarshal(data, &value)
			}
			if !yield(value, err) || err != nil {
				return
			}
		}
	}
}

func (s *sorter) read(p place) ([]byte, error) {
	if at := p.at - s.filed; at >= 0 {
		return s.memory[at:][:p.length], nil
	}
	data := make([]byte, p.length)
	if _, err := s.file.ReadAt(data, p.at); err != nil {
		return nil, errSorter(err)
	}
	return data, nil
}

// close removes the file.
func (s *sorter) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close() // nobody needs its content
	if s.named {
		_ = os.Remove(s.file.Name()) // the system removes old temporary files
	}
}

func errSorter(err error) error {
	return &configError{fmt.Errorf("the list is too long for memory, and no temporary file can be used: %w (set TMPDIR to another folder)", err)}
}
