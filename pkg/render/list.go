package render

import (
	"bytes"
	"fmt"
	"io"
	"iter"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// WriteList prints the object {name: items} as [Write] does. Each item must be an object. All items must have the same members, and a member must
// be a scalar in all items or in none, because the scalars are the columns of text. WriteList calls w.Write for each part of the output, so that
// memory never holds all items. Only a table is in memory as a whole, because its columns are as wide as the widest cell. If items or w.Write returns
// an error, WriteList stops and returns that error.
func WriteList(w io.Writer, f Format, title, name string, items iter.Seq2[any, error]) error {
	list := listWriter{w: w, format: f, name: name}
	for item, err := range items {
		if err != nil {
			return err
		}
		if item, err = number.Normalize(item); err != nil {
			return fmt.Errorf("printing the result: %w", err)
		}
		list.part = append(list.part, item)
		if len(list.part) == partSize && f != Table {
			if err := list.flush(); err != nil {
				return err
			}
		}
	}
	if !list.begun { // all items are in one part
		return Write(w, f, title, map[string]any{name: list.part})
	}
	if len(list.part) > 0 {
		if err := list.flush(); err != nil {
			return err
		}
	}
	if f == JSON {
		_, err := io.WriteString(w, endOfList)
		return err
	}
	return nil
}

// endOfList ends the JSON of an object whose only member is a list.
const endOfList = "\n    ]\n}\n"

// A listWriter writes an object with one member, which is a list of objects, in parts.
type listWriter struct {
	w      io.Writer
	format Format
	name   string
	part   []any // the items that are not written yet
	begun  bool  // whether a part has been written
}

// flush writes the part and empties it.
func (l *listWriter) flush() error {
	var out bytes.Buffer
	var err error
	switch l.format {
	case JSON:
		err = writeJSON(&out, map[string]any{l.name: l.part})
		out.Truncate(max(0, out.Len()-len(endOfList)))
		if l.begun {
			_, rest, _ := bytes.Cut(out.Bytes(), []byte(": ["))
			out = *bytes.NewBuffer(append([]byte(","), rest...))
		}
	case YAML:
		err = writeYAML(&out, l.document())
	case YAMLStream:
		var lines bytes.Buffer
		err = writeYAML(&lines, l.document())
		indentItem(&out, lines.Bytes(), !l.begun)
	case Text:
		writeText(&out, map[string]any{l.name: l.part})
	case Off, Table:
	default:
		_, err = ParseFormat(string(l.format))
	}
	l.part, l.begun = l.part[:0], true
	if err != nil || out.Len() == 0 {
		return err
	}
	_, err = l.w.Write(out.Bytes())
	return err
}

// document returns the value to encode as YAML: the whole object for the first part, and only the list's items for a later part.
func (l *listWriter) document() any {
	if l.begun {
		return l.part
	}
	return map[string]any{l.name: l.part}
}
