package sandbox

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ../../scripts/ec2table table.jsonl

// tableText has EC2's names: one JSON document per line, which scripts/ec2table generates from the source of the AWS SDK.
//
//go:embed table.jsonl
var tableText string

// A table has the names of tableText. It is read-only.
type table struct {
	kinds   map[string]*kind   // by name
	creates map[string]*create // by action
	shapes  map[string]shape   // by name
}

// names returns the table. It decodes the table at the first call, so that programs without a sandbox do not start slower.
var names = sync.OnceValue(func() *table {
	t := &table{kinds: map[string]*kind{}, creates: map[string]*create{}, shapes: map[string]shape{}}
	lines := json.NewDecoder(strings.NewReader(tableText))
	lines.DisallowUnknownFields()
	for lines.More() {
		var record struct {
			Kind    *kind
			Create  *create
			Shape   string
			Members shape
		}
		switch err := lines.Decode(&record); {
		case err != nil:
			panic("sandbox: table.jsonl: " + err.Error()) // go generate wrote another file, which every test detects
		case record.Kind != nil:
			k := record.Kind
			k.rules = rulesOf(k.Kind)
			t.kinds[k.Kind] = k
		case record.Create != nil:
			cr := record.Create
			cr.kind = t.kinds[cr.Kind]
			t.creates[cr.Action] = cr
		default:
			t.shapes[record.Shape] = record.Members
		}
	}
	return t
})

// A shape lists the members of a structure.
type shape []member

// A member is a parameter of a request or of a structure within it.
type member struct {
	param   string
	list    bool
	shape   string // of a structure
	element string // name in an answer
}

// parseShape parses members: Name, Name.N for a list, Name:Shape for a structure, each with =element before the shape unless
// the element's name follows from the parameter's.
func parseShape(text string) shape {
	var s shape
	for _, word := range strings.Fields(text) {
		var m member
		word, m.shape, _ = strings.Cut(word, ":")
		word, m.element, _ = strings.Cut(word, "=")
		m.param, m.list = strings.CutSuffix(word, ".N")
		switch {
		case m.element != "":
		case m.list:
			m.element = lowerFirst(m.param) + "Set"
		default:
			m.element = lowerFirst(m.param)
		}
		s = append(s, m)
	}
	return s
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *shape) UnmarshalText(text []byte) error {
	*s = parseShape(string(text))
	return nil
}

func (s shape) find(param string) (member, bool) {
	i := slices.IndexFunc(s, func(m member) bool { return m.param == param })
	if i < 0 {
		return member{}, false
	}
	return s[i], true
}

// accepts reports whether a structure has the parameter of that name, such as NetworkInterface.1.SubnetId.
func (s shape) accepts(name string) bool {
	first, rest, more := strings.Cut(name, ".")
	m, ok := s.find(first)
	if !ok {
		return false
	}
	if m.list {
		if !more {
			return false
		}
		var index string
		if index, rest, more = strings.Cut(rest, "."); !isNumber(index) {
			return false
		}
	}
	if m.shape == "" {
		return !more
	}
	return names().shapes[m.shape].accepts(rest)
}
