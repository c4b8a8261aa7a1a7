package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/idem"
)

// schema knows two operations whose input may have a Name and a ClientToken.
func schema() Schema {
	names := map[string]string{"MakeThing": "MakeThing", "make-thing": "MakeThing", "MakeOther": "MakeOther", "make-other": "MakeOther"}
	operation := func(name string) (Operation, error) {
		if names[name] == "" {
			return Operation{}, fmt.Errorf("unknown operation %q", name)
		}
		return Operation{
			Name: names[name],
			Input: func(input map[string]any) (map[string]any, error) {
				for name := range input {
					if name != "Name" && name != "ClientToken" {
						return nil, fmt.Errorf("input: unknown member %q", name)
					}
				}
				return input, nil
			},
			Ensure: func(intent *idem.Intent) error {
				if intent.Input["Name"] == "tagged" {
					return errors.New("the tag is taken")
				}
				intent.Input["tag"] = intent.ClientToken
				return nil
			},
		}, nil
	}
	near := func(_ string, names []string) string { return fmt.Sprint(", not of ", names) }
	return Schema{Region: "home", Profile: "mine", Operation: operation, Near: near}
}

func read(text string) (*Manifest, error) {
	return Read(strings.NewReader(text), int64(len(text)), false, schema())
}

const good = `{"operation":"MakeThing","input":{"Name":"a"},"client_token":"t1"}` + "\n"

// Every error is reported with its line, and no error hides another.
func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no JSON", good + "\n{oops}\n", "line 3: bad JSON: invalid character 'o'"},
		{"cut off", good + `{"operation":"MakeThing","inp`, "line 2: bad JSON: unexpected end of JSON input at column 30"},
		{"two on a line", strings.TrimSpace(good) + good, "line 1: bad JSON: invalid character '{' after top-level value at column 67"},
		{"no object", good + "[]\n", "line 2: it is neither a JSON object"},
		{"no UTF-8", good + "{\"operation\":\"\xff\"}\n", "line 2: it is not UTF-8"},
		{"half a character", good + `{"operation":"MakeThing","input":{},"idempotency_key":"\ud83dA"}`, `line 2: the escape \ud83d is only half of a surrogate pair`},
		{"half a character in YAML", `[{operation: MakeThing, input: {}, idempotency_key: "\ud83dA"}]`, "it is not YAML: "},
		{"unknown field", `{"operatoin":"MakeThing"}`, `line 1: unknown field "operatoin", not of [operation input `},
		{"a field twice", `{"operation":"MakeThing","operation":"MakeThing"}`, `line 1: bad JSON: key "operation" given twice at column 36`},
		{"other case", `{"Operation":"MakeThing"}`, `line 1: unknown field "Operation", not of `},
		{"unknown operation", `{"operation":"MakeThings","input":{},"client_token":"t"}`, `line 1: unknown operation "MakeThings"`},
		{"no operation", `{"input":{},"client_token":"t"}`, `line 1: it has no "operation"`},
		{"no input", `{"operation":"MakeThing","client_token":"t"}`, `line 1: it has no "input"`},
		{"no key", `{"operation":"MakeThing","input":{}}`, `line 1: it has neither "idempotency_key" nor "client_token"`},
		{"empty key", `{"operation":"MakeThing","input":{},"idempotency_key":""}`, "line 1: an idempotency key must not be empty"},
		{"key and token", `{"operation":"MakeThing","input":{},"idempotency_key":"k","client_token":"t"}`, "line 1: a client token and an idempotency key exclude each other"},
		{"long token", `{"operation":"MakeThing","input":{},"client_token":"` + strings.Repeat("x", 65) + `"}`, "line 1: a client token must have 1 to 64"},
		{"bad input", `{"operation":"MakeThing","input":{"Nam":"a"},"client_token":"t"}`, `line 1: input: unknown member "Nam"`},
		{"input is text", `{"operation":"MakeThing","input":"{}","client_token":"t"}`, "line 1: input: want an object, got"},
		{"a long value", `{"operation":"MakeThing","input":"` + strings.Repeat("ä", 30) + `","client_token":"t"}`,
			`line 1: input: want an object, got "` + strings.Repeat("ä", 19) + "..."},
		{"a value of 40 bytes", `{"operation":"MakeThing","input":"` + strings.Repeat("ä", 19) + `","client_token":"t"}`, "ä\""},
		{"null", `{"operation":"MakeThing","input":{},"client_token":null}`, "line 1: client_token: want a string, got null"},
		{"ensure is text", `{"operation":"MakeThing","input":{},"client_token":"t","ensure":"yes"}`, "line 1: ensure: want true or false"},
		{"empty region", `{"operation":"MakeThing","input":{},"client_token":"t","region":""}`, "line 1: region: it is empty"},
		{"empty profile", `{"operation":"MakeThing","input":{},"client_token":"t","profile":""}`, "line 1: profile: it is empty"},
		{"a tag that can't be added", `{"operation":"MakeThing","input":{"Name":"tagged"},"client_token":"t","ensure":true}`, "line 1: the tag is taken"},
		{"a second byte order mark", good + "\ufeff" + good, "line 2: bad JSON"},
		{"a token with two inputs", good + strings.Replace(good, `"a"`, `"b"`, 1), `line 2: client_token "t1" has another input on line 1`},
		{"a key with two inputs", `{"operation":"MakeThing","input":{},"idempotency_key":"k"}` + "\n" + `{"operation":"make-thing","input":{"Name":"a"},"idempotency_key":"k"}`,
			`line 2: idempotency_key "k" has another input on line 1`},
		{"a long line", good + `{"operation":"` + strings.Repeat("x", 1<<20) + `"}`, "line 2: it is longer than 1048576 bytes"},
		{"the longest line", `{"operation":"` + strings.Repeat("x", 1<<20-20) + `"}`, "line 1: unknown operation"},
		{"nothing", "", "it has no entries"},
		{"white space", " \n\n", "it has no entries"},
		{"an empty list", "[]", "it has no entries"},
		{"YAML, null", "~", "it has no entries"},
		{"YAML, a comment", "# nothing\n", "it has no entries"},
		{"YAML, a word", "word", "line 1: want a list of entries"},
		{"YAML, one entry", "\n\noperation: MakeThing", "line 3: want a list of entries"},
		{"YAML, a scalar entry", "- MakeThing", "line 1: it is neither"},
		{"YAML, a key twice", "- operation: MakeThing\n  operation: MakeThing\n", "already defined"},
		{"YAML, a date", "- operation: MakeThing\n  client_token: t\n  input: {Name: 2024-01-01}\n", `line 3: "2024-01-01" is read as a timestamp: quote it`},
		{"YAML, infinity", "- operation: .inf\n", "line 1: operation: want a string, got "},
		{"YAML, octal", "- operation: MakeThing\n  client_token: 010\n  input: {}\n", `line 2: "010" is a number with a leading zero: quote it`},
		{"YAML, unknown field", "- operation: MakeThing\n  inptu: {}\n", `line 1: unknown field "inptu", not of `},
		{"YAML, two documents", "- a\n---\n- b\n", "want one YAML document"},
		{"YAML, bad syntax", "- a: [\n", "it is not YAML"},
		{"all of them", "{}\n" + good + "{}\n", "line 1: it has no \"operation\"\nline 3: it has no \"operation\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// The error names the first 20 problems and counts the rest.
func TestReadLimitsProblems(t *testing.T) {
	for n, last := range map[int]string{20: `line 20: it has no "operation"`, 25: "and 5 more"} {
		_, err := read(strings.Repeat("{}\n", n))
		if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) != min(n, 21) || lines[len(lines)-1] != last {
			t.Errorf("%d problems: %v", n, err)
		}
	}
}

// A file that can't be read to its end is an error, before the run and during it.
func TestUnreadableManifest(t *testing.T) {
	size, limit := int64(2*len(good)), int64(len(good))
	r := readerAtFunc(func(p []byte, offset int64) (int, error) {
		n := copy(p[:min(int64(len(p)), max(limit-offset, 0))], (good + good)[offset:])
		if n < len(p) {
			return n, errors.New("the disk is broken")
		}
		return n, nil
	})
	if _, err := Read(r, size, false, schema()); err == nil || err.Error() != "line 2: the disk is broken" {
		t.Errorf("Read: %v", err)
	}
	limit = size
	m, err := Read(r, size, false, schema())
	if err != nil {
		t.Fatal(err)
	}
	limit = int64(len(good))
	var noticed error
	for _, err := range m.In(m.Lanes[0]) {
		noticed = errors.Join(noticed, err)
	}
	if noticed == nil || !strings.Contains(noticed.Error(), "the disk is broken") {
		t.Errorf("In: %v", noticed)
	}
}

type readerAtFunc func(p []byte, offset int64) (int, error)

func (f readerAtFunc) ReadAt(p []byte, offset int64) (int, error) { return f(p, offset) }

// A token belongs to an operation, a Region and a profile: in another one it is another token. Each lane has its own entries.
func TestLanes(t *testing.T) {
	m, err := read(`{"operation":"MakeThing","input":{"Name":"a"},"client_token":"t"}
{"operation":"MakeOther","input":{"Name":"b"},"client_token":"t"}
{"operation":"MakeThing","input":{"Name":"c"},"client_token":"t","region":"r"}
{"operation":"MakeThing","input":{"Name":"d"},"client_token":"t","profile":"p"}
{"operation":"MakeThing","input":{"Name":"e"},"client_token":"other"}
`)
	if err != nil {
		t.Fatal(err)
	}
	var lanes []string
	for _, lane := range m.Lanes {
		names := lane.Operation + " " + lane.Region + " " + lane.Profile + ":"
		for e, err := range m.In(lane) {
			names += fmt.Sprintf(" %s on line %d, %v", e.Intent.Input["Name"], e.Line, err)
		}
		lanes = append(lanes, names)
	}
	want := []string{
		"MakeThing home mine: a on line 1, <nil> e on line 5, <nil>", "MakeOther home mine: b on line 2, <nil>",
		"MakeThing r mine: c on line 3, <nil>", "MakeThing home p: d on line 4, <nil>",
	}
	if diff := cmp.Diff(want, lanes); diff != "" {
		t.Error(diff)
	}
}

// An entry's own field ensure wins over the default.
func TestEnsureDefault(t *testing.T) {
	for _, byDefault := range []bool{false, true} {
		for field, want := range map[string]bool{"": byDefault, `,"ensure":true`: true, `,"ensure":false`: false} {
			s := schema()
			s.Ensure = byDefault
			text := `{"operation":"MakeThing","input":{},"client_token":"t"` + field + "}"
			m, err := Read(strings.NewReader(text), int64(len(text)), false, s)
			if err != nil {
				t.Fatal(err)
			}
			for e, err := range m.In(m.Lanes[0]) {
				if err != nil {
					t.Fatal(err)
				}
				if tagged := e.Intent.Input["tag"] == "t"; e.Ensure != want || tagged != want {
					t.Errorf("default %v and %q: ensure %v, tagged %v", byDefault, field, e.Ensure, tagged)
				}
			}
		}
	}
}

// The same entries as JSON Lines and as YAML, with anchors, comments and a byte order mark, and the same key twice.
func TestReadForms(t *testing.T) {
	lines := "\ufeff \t" + `{"operation":"MakeThing","input":{"Name":"a"},"idempotency_key":"k1"}` + "\r\n\r\n" +
		`{"operation":"make-other","input":{},"client_token":"t","region":"r","profile":"p","ensure":true}` + "\n" +
		`{"operation":"MakeThing","input":{"Name":"a"},"idempotency_key":"k1"}`
	list := `# three
- &first {operation: MakeThing, input: {Name: a}, idempotency_key: k1}
- operation: make-other
  input: {}
  client_token: t
  region: r
  profile: p
  ensure: true
- <<: *first
`
	var (
		both [2][]Entry
		at   [2][]int
	)
	for i, text := range []string{lines, list} {
		m := manifestOf(t, text)
		wantLanes := []Lane{{Operation: "MakeThing", Region: "home", Profile: "mine", Entries: 2}, {Operation: "MakeOther", Region: "r", Profile: "p", Entries: 1}}
		if diff := cmp.Diff(wantLanes, m.Lanes, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".first" }, cmp.Ignore())); diff != "" || m.Entries != 3 {
			t.Error(diff)
		}
		for _, lane := range m.Lanes {
			for e, err := range m.In(lane) {
				if err != nil {
					t.Fatal(err)
				}
				at[i] = append(at[i], e.Line)
				e.Line = 0 // the only difference
				both[i] = append(both[i], e)
			}
		}
	}
	if diff := cmp.Diff(both[0], both[1]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([2][]int{{1, 4, 3}, {2, 9, 3}}, at); diff != "" {
		t.Errorf("lines of the entries (-want +got):\n%s", diff)
	}
	indices := []int{both[0][0].Index, both[0][1].Index, both[0][2].Index}
	if !slices.Equal(indices, []int{0, 2, 1}) || both[0][2].Intent.Input["tag"] != "t" || both[0][0].Key != "k1" {
		t.Errorf("%+v", both[0])
	}
}

// A manifest that changes during the run is an error.
func TestChangedManifest(t *testing.T) {
	path := t.TempDir() + "/m"
	for _, changed := range []string{strings.Repeat(" ", len(good)) + good, strings.Repeat("x", 2*len(good)), good} {
		if err := os.WriteFile(path, []byte(good+good), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := Read(f, int64(2*len(good)), false, schema())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		var noticed error
		for _, err := range m.In(m.Lanes[0]) {
			noticed = errors.Join(noticed, err)
		}
		if noticed == nil {
			t.Errorf("%q was not noticed", changed)
		}
	}
}

// The JSON Schema names the fields that Read takes.
func TestSchemaFile(t *testing.T) {
	data, err := os.ReadFile("manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Defs struct {
			Entry struct {
				Properties map[string]any
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		if document.Defs.Entry.Properties[field] == nil {
			t.Errorf("the schema has no %s", field)
		}
	}
	if len(document.Defs.Entry.Properties) != len(fields) {
		t.Errorf("the schema has %d fields, want %d", len(document.Defs.Entry.Properties), len(fields))
	}
}

// Any input is an error, or a manifest whose entries can be read again.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("- {operation: MakeThing, input: {Name: a}, client_token: t}\n")
	f.Add("- &a [*a]\n")
	f.Add("{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := read(text)
		if err != nil {
			return
		}
		entries := 0
		for _, lane := range m.Lanes {
			for _, err := range m.In(lane) {
				if err != nil {
					t.Fatal(err)
				}
				entries++
			}
		}
		if entries != m.Entries {
			t.Fatalf("%d entries, then %d", m.Entries, entries)
		}
	})
}
