package render

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// writeText prints lines of tab-separated scalars. An object is one line of its scalars, followed by its other members, whose
// lines begin with the member's name in capitals. The objects of a list share their columns.
func writeText(out *bytes.Buffer, value any) {
	textPrinter{out}.value(value, "")
}

type textPrinter struct{ out *bytes.Buffer }

// value prints the value of the member called name; name is "" for a value that is not a member.
func (t textPrinter) value(value any, name string) {
	switch v := value.(type) {
	case map[string]any:
		t.list([]any{v}, name)
	case []any:
		t.list(v, name)
	default:
		t.line(scalarText(v))
	}
}

func (t textPrinter) list(items []any, name string) {
	var scalars []string
	for _, item := range items {
		if isScalar(item) {
			scalars = append(scalars, scalarText(item))
		}
	}
	if name == "" && len(scalars) > 0 {
		t.line(scalars...)
	} else {
		for _, scalar := range scalars {
			t.line(strings.ToUpper(name), scalar)
		}
	}
	columns, _ := memberNames(items...)
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			t.object(object, name, columns)
		} else if !isScalar(item) {
			t.value(item, name)
		}
	}
}

// object prints an object with the given columns. A column that the object lacks is empty. A column whose value is not a scalar
// in this object, only in others of the list, is in Python's notation.
func (t textPrinter) object(object map[string]any, name string, columns []string) {
	if len(columns) > 0 {
		row := cells(object, columns)
		if name != "" {
			row = slices.Insert(row, 0, strings.ToUpper(name))
		}
		t.line(row...)
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if _, isColumn := slices.BinarySearch(columns, key); !isColumn {
			t.value(object[key], key)
		}
	}
}

func (t textPrinter) line(cells ...string) {
	t.out.WriteString(strings.Join(cells, "\t"))
	t.out.WriteByte('\n')
}

func isScalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// memberNames returns two sorted lists of names, from the objects among items: the members that are scalars in at least one object, and the
// members that are not scalars in at least one object.
func memberNames(items ...any) (scalars, others []string) {
	for _, item := range items {
		object, _ := item.(map[string]any)
		for key, value := range object {
			if isScalar(value) {
				scalars = append(scalars, key)
			} else {
				others = append(others, key)
			}
		}
	}
	slices.Sort(scalars)
	slices.Sort(others)
	return slices.Compact(scalars), slices.Compact(others)
}

// cells returns the text of the named members, "" for a missing member.
func cells(object map[string]any, names []string) []string {
	row := make([]string, len(names))
	for i, name := range names {
		if value, ok := object[name]; ok {
			row[i] = scalarText(value)
		}
	}
	return row
}
