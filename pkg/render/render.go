// Package render prints one answer as the AWS CLI v2 would, and applies its --query.
//
// A value is nil, bool, string, []any, map[string]any, or a number: json.Number or one of Go's. Text is byte for byte
// what the AWS CLI prints, as scripts cut it apart; json, yaml and yaml-stream are the same value; a table has the same
// cells, in which control characters are escaped, but for a line's end. Members come in the order of their keys.
//
// As in the AWS CLI, a null is `null`, in text `None`; an empty object prints nothing, and in a table nothing does that
// is empty, null, false or zero. Where the AWS CLI ends with a Python error after the resource was made (a list in text
// that mixes objects with others, rows of unequal length in a table), this package prints what is there.
package render

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/render/internal/number"
)

// Format is a value of --output.
type Format string

// The formats of the AWS CLI v2.
const (
	JSON       Format = "json"
	YAML       Format = "yaml"
	YAMLStream Format = "yaml-stream"
	Text       Format = "text"
	Table      Format = "table"
	Off        Format = "off"
)

// Formats lists all formats.
func Formats() []Format { return []Format{JSON, YAML, YAMLStream, Text, Table, Off} }

// ParseFormat checks the name of a format.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats(), f) {
		return f, nil
	}
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown output format %q: choose one of %s", name, strings.Join(names, ", "))
}

// Write prints a value. The title, an operation's name, heads a table. All goes out in one call of w.Write, or in none
// if there is nothing to print or the value can't be printed, so that a reader never sees half an answer.
func Write(w io.Writer, f Format, title string, value any) error {
	value, err := number.Normalize(value)
	if err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	var out bytes.Buffer
	switch f {
	case JSON:
		err = writeJSON(&out, value)
	case YAML:
		err = writeYAML(&out, value)
	case YAMLStream:
		err = writeYAMLStream(&out, value)
	case Text:
		writeText(&out, value)
	case Table:
		writeTable(&out, title, value)
	case Off:
	default:
		_, err = ParseFormat(string(f))
	}
	if err != nil || out.Len() == 0 {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// isEmptyObject: the AWS CLI prints nothing at all for an operation without output.
func isEmptyObject(value any) bool {
	object, ok := value.(map[string]any)
	return ok && len(object) == 0
}
