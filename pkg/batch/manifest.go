package batch

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// A Manifest is a list of entries. [Read] has checked all of them.
type Manifest struct {
	Entries int
	Lanes   []Lane // in the order of their first entries

	schema Schema
	source source
}

// A Lane is the part of a manifest that shares one throttle of EC2: one action, in one Region, with one profile.
type Lane struct {
	Operation, Region, Profile string
	Entries                    int

	first position // of the lane's first entry
}

// A source yields the entries of a manifest in their order, beginning at a position, as often as needed.
type source interface {
	from(at position) iter.Seq[written]
}

// A position is where an entry is in the manifest.
type position struct {
	offset      int64 // of its line, in bytes
	index, line int
}

// A written is an entry as the manifest has it, or the error of reading it.
type written struct {
	at    position
	value any
	err   error
}

// Read checks a manifest. The manifest is YAML if yaml is true or if its first byte after white space is not {; otherwise it is JSON
// Lines. Read does not keep JSON Lines in memory: [Manifest.In] reads r again. Read keeps some bytes for each entry, to find keys that
// are used for two inputs.
//
// If entries are incorrect, the error is a [*ProblemsError].
func Read(r io.ReaderAt, size int64, yaml bool, schema Schema) (*Manifest, error) {
	m := &Manifest{schema: schema, source: jsonLines{r, size}}
	if yaml || !beginsObject(io.NewSectionReader(r, 0, size)) {
		var err error
		if m.source, err = readYAML(io.NewSectionReader(r, 0, size)); err != nil {
			return nil, err
		}
	}
	problems := &ProblemsError{}
	lanes, uses := map[Lane]int{}, map[use]firstEntry{} // lanes has the index of each lane in m.Lanes
	for w := range m.source.from(position{line: 1}) {
		m.Entries++
		e, err := schema.entry(w)
		if err == nil {
			err = checkReuse(uses, e, w.at.line)
		}
		if err != nil {
			problems.add(w.at.line, err)
			continue
		}
		lane := Lane{Operation: e.Intent.Operation, Region: e.Intent.Region, Profile: e.Intent.Profile}
		i, known := lanes[lane]
		if !known {
			i = len(m.Lanes)
			lanes[lane] = i
			lane.first = w.at
			m.Lanes = append(m.Lanes, lane)
		}
		m.Lanes[i].Entries++
	}
	switch {
	case problems.Count > 0:
		return nil, problems
	case m.Entries == 0:
		return nil, errors.New("it has no entries")
	}
	return m, nil
}

// In yields the entries of a lane in the order of the manifest. It reads the file of a JSON Lines manifest again. If the file was changed
// after [Read], In yields an error at an incorrect entry, and at the end if the lane has lost entries. In does not detect any other change.
func (m *Manifest) In(lane Lane) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		left := lane.Entries
		for w := range m.source.from(lane.first) {
			e, err := m.schema.entry(w)
			if err != nil {
				yield(Entry{}, fmt.Errorf("line %d of the manifest was changed during the run: %w", w.at.line, err))
				return
			}
			if e.Intent.Operation != lane.Operation || e.Intent.Region != lane.Region || e.Intent.Profile != lane.Profile {
				continue
			}
			e.Index, e.Line = w.at.index, w.at.line
			if left--; !yield(e, nil) || left == 0 {
				return
			}
		}
		yield(Entry{}, fmt.Errorf("the manifest was changed during the run: it has lost %d entries", left))
	}
}

// from yields the entries of In in another order: first those whose index is at least start, then those before start.
func (m *Manifest) from(lane Lane, start int) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range m.In(lane) {
			if (err != nil || e.Index >= start) && !yield(e, err) {
				return
			}
		}
		if start == 0 {
			return
		}
		for e, err := range m.In(lane) {
			if (err != nil || e.Index < start) && !yield(e, err) {
				return
			}
		}
	}
}

// A use is a hash of a token, its operation, its Region and its profile. A hash takes little memory: a manifest may have many entries.
type use [16]byte

// A firstEntry is the first entry with a use: a hash of its input, and its line.
type firstEntry struct {
	input [8]byte
	line  uint32
}

// checkReuse returns an error if an earlier entry has the same key or token and another input. It adds the entry to uses.
func checkReuse(uses map[use]firstEntry, e Entry, line int) error {
	i := e.Intent
	input, err := json.Marshal(i.Input)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{i.Operation, i.Region, i.Profile, i.ClientToken}, "\x00")))
	inputSum := sha256.Sum256(input)
	this := firstEntry{[8]byte(inputSum[:]), uint32(min(line, 1<<32-1))} // #nosec G115 -- within its range
	before, used := uses[use(sum[:])]
	switch {
	case !used:
		uses[use(sum[:])] = this
	case before.input != this.input && e.Key != "":
		return fmt.Errorf("idempotency_key %q has another input on line %d", e.Key, before.line)
	case before.input != this.input:
		return fmt.Errorf("client_token %q has another input on line %d", i.ClientToken, before.line)
	}
	return nil
}

// A ProblemsError reports the incorrect entries of a manifest, in the order of their lines.
type ProblemsError struct {
	Problems []string // the first 20
	Count    int
}

const maxProblems = 20

func (e *ProblemsError) add(line int, err error) {
	if e.Count++; e.Count <= maxProblems {
		e.Problems = append(e.Problems, fmt.Sprintf("line %d: %v", line, err))
	}
}

// Error returns the problems, one on each line.
func (e *ProblemsError) Error() string {
	lines := e.Problems
	if more := e.Count - len(lines); more > 0 {
		lines = append(lines[:len(lines):len(lines)], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
