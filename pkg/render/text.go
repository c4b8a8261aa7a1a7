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
		t.object(v, name, scalarKeys(v))
	case []any:
		t.list(v, name)
	default:
		t.line(scalarText(v))
	}
}

func (t textPrinter) list(items []any, name string) {
	var scalars []string
	var columns []string
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			columns = append(columns, scalarKeys(object)...)
		}
		if isScalar(item) {
			scalars = append(scalars, scalarText(item))
		}
	}
	columns = distinct(columns)

	if name == "" && len(scalars) > 0 {
		t.line(scalars...)
	} else {
		for _, scalar := range scalars {
			t.line(strings.ToUpper(name), scalar)
		}
	}
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
	var cells []string
	if name != "" {
		cells = append(cells, strings.ToUpper(name))
	}
	for _, column := range columns {
		if cell, ok := object[column]; ok {
			cells = append(cells, scalarText(cell))
		} else {
			cells = append(cells, "")
		}
	}
	if len(columns) > 0 {
		t.line(cells...)
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

// scalarKeys returns the sorted names of the members that are scalars.
func scalarKeys(object map[string]any) []string {
	keys := slices.Sorted(maps.Keys(object))
	return slices.DeleteFunc(keys, func(key string) bool { return !isScalar(object[key]) })
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
