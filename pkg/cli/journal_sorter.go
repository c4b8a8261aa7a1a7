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

// A sorter holds records until all have been read, and then returns them in order. Memory holds a position for each record, some 100 bytes, and
// up to sorterMemory bytes of the records themselves. A temporary file holds the other records. Except on Windows, the file has no name, so that
// it can't outlive the process. The zero sorter is empty.
type sorter struct {
	positions []position
	memory    []byte   // the JSON of the latest records
	file      *os.File // the JSON of the earlier records; nil if there are none
	filed     int64    // the size of file, in bytes
	named     bool     // whether file has a name
}

// A position is the sort key of a record, and where the record's JSON begins in the file followed by the memory.
type position struct {
	started time.Time
	token   string
	at      int64 // in bytes
	length  int   // in bytes
}

// sorterMemory is the most bytes of records that a sorter has in memory: some 10,000 records.
const sorterMemory = 8 << 20

// add adds a record. It moves the records in memory to the file if they exceed sorterMemory.
func (s *sorter) add(r journal.Record) error {
	data, err := json.Marshal(describeRecord(r))
	if err != nil {
		return fmt.Errorf("listing the create of token %q: %w", r.ClientToken, err)
	}
	s.positions = append(s.positions, position{r.StartedAt, r.ClientToken, s.filed + int64(len(s.memory)), len(data)})
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

// all returns the records as [describeRecord] returns them, ordered by StartedAt and token.
func (s *sorter) all() iter.Seq2[any, error] {
	slices.SortFunc(s.positions, func(a, b position) int {
		return cmp.Or(a.started.Compare(b.started), cmp.Compare(a.token, b.token))
	})
	return func(yield func(any, error) bool) {
		for _, p := range s.positions {
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

// read returns the JSON of the record at a position.
func (s *sorter) read(p position) ([]byte, error) {
	if at := p.at - s.filed; at >= 0 {
		return s.memory[at:][:p.length], nil
	}
	data := make([]byte, p.length)
	if _, err := s.file.ReadAt(data, p.at); err != nil {
		return nil, errSorter(err)
	}
	return data, nil
}

// close closes and removes the file. The sorter can't be used afterwards.
func (s *sorter) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close() // nobody needs its content
	if s.named {
		_ = os.Remove(s.file.Name()) // the system removes old temporary files
	}
}

// errSorter returns the error of a failed read or write of the temporary file.
func errSorter(err error) error {
	return &configError{fmt.Errorf("the list is too long for memory, and no temporary file can be used: %w (set TMPDIR to another folder)", err)}
}
