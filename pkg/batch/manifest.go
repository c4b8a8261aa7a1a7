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

// A Manifest is a list of entries that was checked as a whole.
type Manifest struct {
	Entries int
	Lanes   []Lane // in the order of their first entries

	schema Schema
	source source
}

// A Lane is the part of a manifest that one throttle is for: one action, in one Region, with one profile.
type Lane struct {
	Operation, Region, Profile string
	Entries                    int

	first place
}

// A source gives the entries of a manifest in their order, from a place on, as often as it is asked.
type source interface {
	from(schema Schema, at place) iter.Seq2[place, written]
}

// A place is where an entry stands.
type place struct {
	offset      int64 // of its line, in bytes
	index, line int
}

// written is an entry as it was written, or what is wrong with it.
type written struct {
	raw
	err error
	end bool // nothing after it can be read
}

// Read checks a manifest of JSON Lines or of YAML: as YAML if that is said, as JSON Lines if its first byte is a {. JSON Lines
// are not kept in memory: r is read again for the entries, but for what it takes to find a key that is used for two inputs.
//
// Its error is a [*ProblemsError] if the manifest is wrong.
func Read(r io.ReaderAt, size int64, yaml bool, schema Schema) (*Manifest, error) {
	m := &Manifest{schema: schema, source: jsonLines{r, size}}
	if yaml || !beginsObject(io.NewSectionReader(r, 0, size)) {
		list, err := readYAML(io.NewSectionReader(r, 0, size))
		if err != nil {
			return nil, err
		}
		m.source = list
	}
	problems := &ProblemsError{}
	lanes, uses := map[Lane]int{}, map[use]first{}
	for at, w := range m.source.from(schema, place{line: 1}) {
		m.Entries++
		e, err := schema.entry(w.raw)
		if w.err != nil {
			err = w.err
		}
		if err == nil {
			err = once(uses, e, at.line)
		}
		if err != nil {
			problems.add(at.line, err)
			if w.end {
				return nil, problems
			}
			continue
		}
		lane := Lane{Operation: e.Intent.Operation, Region: e.Intent.Region, Profile: e.Intent.Profile}
		i, known := lanes[lane]
		if !known {
			i = len(m.Lanes)
			lanes[lane] = i
			lane.first = at
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

// In gives the entries of a lane in their order. The error is what is wrong with a manifest that was changed since it was read; a
// change that leaves as many entries, all of them right, is not seen.
func (m *Manifest) In(lane Lane) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		left := lane.Entries
		for at, w := range m.source.from(m.schema, lane.first) {
			e, err := m.schema.entry(w.raw)
			if w.err != nil {
				err = w.err
			}
			if err != nil {
				yield(Entry{}, fmt.Errorf("line %d was changed while it was worked on: %w", at.line, err))
				return
			}
			if e.Intent.Operation != lane.Operation || e.Intent.Region != lane.Region || e.Intent.Profile != lane.Profile {
				continue
			}
			e.Index, e.Line = at.index, at.line
			if left--; !yield(e, nil) || left == 0 {
				return
			}
		}
		yield(Entry{}, fmt.Errorf("%d entries are missing that were there when it was checked", left))
	}
}

// A use is what a token is used for only once: hashes, since there may be many.
type use [16]byte

type first struct {
	input [8]byte
	line  uint32
}

// once reports as an error that an entry's key or token was used before with another input.
func once(uses map[use]first, e Entry, line int) error {
	in := e.Intent
	input, err := json.Marshal(in.Input)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{in.Operation, in.Region, in.Profile, in.ClientToken}, "\x00")))
	inputSum := sha256.Sum256(input)
	this := first{[8]byte(inputSum[:]), uint32(min(line, 1<<32-1))} // #nosec G115 -- within its range
	before, used := uses[use(sum[:])]
	switch {
	case !used:
		uses[use(sum[:])] = this
	case before.input != this.input && e.Key != "":
		return fmt.Errorf("idempotency_key %q has another input on line %d", e.Key, before.line)
	case before.input != this.input:
		return fmt.Errorf("client_token %q has another input on line %d", in.ClientToken, before.line)
	}
	return nil
}

// A ProblemsError says what is wrong with a manifest, line by line.
type ProblemsError struct {
	Problems []string // the first of them
	Count    int
}

const mostProblems = 20

func (e *ProblemsError) add(line int, err error) {
	if e.Count++; e.Count <= mostProblems {
		e.Problems = append(e.Problems, fmt.Sprintf("line %d: %v", line, err))
	}
}

// Error lists the problems, one a line.
func (e *ProblemsError) Error() string {
	lines := e.Problems
	if more := e.Count - len(lines); more > 0 {
		lines = append(lines[:len(lines):len(lines)], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
