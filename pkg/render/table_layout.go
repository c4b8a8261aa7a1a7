package render

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/awsidem/awsidem/pkg/render/internal/jmespath"
)

// tableBuilder divides a value into the sections of its table, as the AWS CLI does. The scalars of an object are a row below a
// header; if there is only one, its name and value are the row. The objects of a list are a row each. Every other member is a
// section of its own.
type tableBuilder struct{ sections []section }

func (t *tableBuilder) open(title string, depth int) {
	t.sections = append(t.sections, section{title: title, depth: depth})
}

func (t *tableBuilder) last() *section { return &t.sections[len(t.sections)-1] }

// row adds a row to the last section, unless the row has no cells.
func (t *tableBuilder) row(cells ...string) {
	if len(cells) > 0 {
		t.last().rows = append(t.last().rows, cells)
	}
}

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
	names, others := memberNames(object)
	if len(names) == 1 {
		t.row(names[0], scalarText(object[names[0]]))
	} else {
		t.last().header = names
		t.row(cells(object, names)...)
	}
	for _, name := range others {
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

// item adds an item of a list to the last section as a row. The items of a nested list are added to the last section too;
// sections that they open have no title.
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

// objects adds a header with the scalars of all objects and a row for each object. If any object has other members, each
// object has a section of its own.
func (t *tableBuilder) objects(title string, items []any, depth int) {
	names, others := memberNames(items...)
	t.last().header = names
	for i, item := range items {
		if i > 0 && len(others) > 0 {
			t.open(title, depth)
			t.last().header = names
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

// isFalsy reports whether Python counts value as false: the values that JMESPath counts as false, and zero.
func isFalsy(value any) bool {
	n, ok := value.(json.Number)
	return jmespath.IsFalse(value) || ok && (n == "0" || n == "0.0" || n == "-0.0")
}
