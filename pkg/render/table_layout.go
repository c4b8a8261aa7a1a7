package render

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/awsidem/awsidem/pkg/render/internal/jmespath"
)

// tableSections cuts a value into the sections of its table, as the AWS CLI does: an object is a row of its scalars (a
// single one a pair of name and value), a list of objects a row each, and every other member a section of its own.
func tableSections(title string, value any) []section {
	var t tableBuilder
	t.section(title, value, 0)
	return t.sections
}

type tableBuilder struct{ sections []section }

func (t *tableBuilder) open(title string, depth int) {
	t.sections = append(t.sections, section{title: title, depth: depth})
}

func (t *tableBuilder) row(cells ...string) {
	if len(cells) == 0 {
		return
	}
	last := &t.sections[len(t.sections)-1]
	last.rows = append(last.rows, cells)
}

func (t *tableBuilder) header(names []string) { t.sections[len(t.sections)-1].header = names }

func (t *tableBuilder) section(title string, value any, depth int) {
	if isFalsy(value) {
		return
	}
	t.open(title, depth)
	switch v := value.(type) {
	case map[string]any:
		t.object(v, depth)
	case []any:
		t.list(title, v, depth)
	}
}

func (t *tableBuilder) object(object map[string]any, depth int) {
	names := scalarKeys(object)
	if len(names) == 1 {
		t.row(names[0], scalarText(object[names[0]]))
	} else if len(names) > 1 {
		t.header(names)
		t.row(cells(object, names)...)
	}
	for _, name := range otherKeys(object) {
		t.section(name, object[name], depth+1)
	}
}

func (t *tableBuilder) list(title string, items []any, depth int) {
	if _, ok := items[0].(map[string]any); ok {
		t.objects(title, items, depth)
		return
	}
	for _, item := range items {
		t.item(item)
	}
}

// item is a row of a list that does not start with an object. A list within goes on in the section that is open; what it
// opens itself has no title.
func (t *tableBuilder) item(item any) {
	switch v := item.(type) {
	case map[string]any:
		t.row(slices.Sorted(maps.Keys(v))...) // the AWS CLI shows the names only
	case []any:
		if slices.ContainsFunc(v, func(cell any) bool { return !isScalar(cell) }) {
			t.list("", v, 0)
			return
		}
		row := make([]string, len(v))
		for i, cell := range v {
			row[i] = scalarText(cell)
		}
		t.row(row...)
	default:
		t.row(scalarText(v))
	}
}

// objects prints a header with the scalars of all objects. If any of them has other members, each object gets a section.
func (t *tableBuilder) objects(title string, items []any, depth int) {
	var names, others []string
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			names = append(names, scalarKeys(object)...)
			others = append(others, otherKeys(object)...)
		}
	}
	names, others = distinct(names), distinct(others)

	t.header(names)
	for i, item := range items {
		if i > 0 && len(others) > 0 {
			t.open(title, depth)
			t.header(names)
		}
		object, ok := item.(map[string]any)
		if !ok {
			t.item(item)
			continue
		}
		t.row(cells(object, names)...)
		for _, name := range others {
			t.section(name, object[name], depth+1)
		}
	}
}

// cells are the members of that name; one that is missing is empty.
func cells(object map[string]any, names []string) []string {
	row := make([]string, len(names))
	for i, name := range names {
		if value, ok := object[name]; ok {
			row[i] = scalarText(value)
		}
	}
	return row
}

func otherKeys(object map[string]any) []string {
	keys := slices.Sorted(maps.Keys(object))
	return slices.DeleteFunc(keys, func(key string) bool { return isScalar(object[key]) })
}

// isFalsy is Python's idea of what counts as nothing: JMESPath's, and zero.
func isFalsy(value any) bool {
	n, ok := value.(json.Number)
	return jmespath.IsFalse(value) || ok && (n == "0" || n == "0.0" || n == "-0.0")
}
