// Package render prints a value in the output formats of the AWS CLI v2 and applies its --query.
//
// A value is nil, bool, string, []any, map[string]any, json.Number, int, int64 or float64. A whole float64 is printed as an
// integer. The members of an object are printed in the order of their keys.
//
// Compared with the AWS CLI, text is the same byte for byte, because scripts cut it into fields. JSON and YAML parse to the
// same value. A table has the same cells, in which control characters other than line breaks are escaped.
//
// As in the AWS CLI, null is printed as null in JSON and YAML, and as None in text and tables. An empty object prints nothing.
// A table prints nothing for an empty value, null, false or zero. For two kinds of values, the AWS CLI fails with a Python error: a
// list in text that mixes objects with other values, and table rows of unequal length. This package prints them, because the
// resource exists when its result is printed.
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

// Formats returns all formats.
func Formats() []Format { return []Format{JSON, YAML, YAMLStream, Text, Table, Off} }

// ParseFormat returns the format of that name. Its error lists the valid names.
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

// Write prints value in format f. The title, an operation's name, heads a table. Write calls w.Write once with the whole
// output, so that a reader never sees a part of it. If the value prints nothing, Write does not call w.Write. If the value
// has no printed form (a NaN, a struct), Write does not call w.Write either, and returns an error.
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

// isEmptyObject reports whether value is an object without members, for which the AWS CLI prints nothing.
func isEmptyObject(value any) bool {
	object, ok := value.(map[string]any)
	return ok && len(object) == 0
}
