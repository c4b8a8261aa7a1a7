package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/text"
)

// An Entry is one entry of a manifest: an intent and its position.
type Entry struct {
	Index  int         // the position in the manifest; the first is 0
	Line   int         // the line on which the entry begins; the first is 1
	Key    string      // the idempotency key; "" if the entry has a client token instead
	Ensure bool        // the entry is created with --ensure: its intent has the tag
	Intent idem.Intent // without an Endpoint: the caller sets it
}

// An Operation is what [Read] needs to know of an operation.
type Operation struct {
	Name    string                                    // CreateRouteTable
	Command string                                    // create-route-table
	Input   func(json []byte) (map[string]any, error) // parses and checks the parameters
	Ensure  func(intent *idem.Intent) error           // adds the tag of --ensure
}

// A Schema has the operations that a manifest may contain, and the defaults of its entries.
type Schema struct {
	Operations      []Operation
	Region, Profile string                                   // the place of an entry that names none; "" if there is no default
	Ensure          bool                                     // create an entry with --ensure if the entry has no field ensure
	Near            func(name string, names []string) string // returns a suggestion for a misspelled name, such as ", did you mean x?", or ""
}

// fields are the fields that an entry may have.
var fields = []string{"operation", "input", "idempotency_key", "client_token", "region", "profile", "ensure"}

// raw is an entry before it is checked. Fields that are not given are nil.
type raw struct {
	operation, key, token, region, profile *string
	ensure                                 *bool
	input                                  json.RawMessage
}

// readObject reads an entry in JSON.
func (s Schema) readObject(data []byte) (r raw, err error) {
	if _, err := text.ParseJSON(data); err != nil {
		var syntax *text.SyntaxError
		if errors.As(err, &syntax) {
			return r, errors.New("bad JSON: " + syntax.Short())
		}
		return r, err
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(data, &given) != nil || given == nil {
		return r, errors.New("it is no JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := s.set(&r, name, given[name]); err != nil {
			return r, err
		}
	}
	return r, nil
}

// set takes one field of an entry.
func (s Schema) set(r *raw, name string, value json.RawMessage) error {
	text := map[string]**string{
		"operation": &r.operation, "idempotency_key": &r.key, "client_token": &r.token, "region": &r.region, "profile": &r.profile,
	}
	switch target := text[name]; {
	case target != nil:
		*target = new(string)
		if value[0] != '"' || json.Unmarshal(value, *target) != nil {
			return fmt.Errorf("%s: want a string, got %s", name, short(value))
		}
	case name == "ensure":
		r.ensure = new(bool)
		if value[0] != 't' && value[0] != 'f' || json.Unmarshal(value, r.ensure) != nil {
			return fmt.Errorf("%s: want true or false, got %s", name, short(value))
		}
	case name == "input":
		if value[0] != '{' {
			return fmt.Errorf("%s: want an object, got %s", name, short(value))
		}
		r.input = value
	default:
		return fmt.Errorf("unknown field %q%s", name, s.near(name, fields))
	}
	return nil
}

func (s Schema) near(name string, names []string) string {
	if s.Near == nil {
		return ""
	}
	return s.Near(name, names)
}

func short(value json.RawMessage) string {
	const limit = 40
	if len(value) > limit {
		return strings.ToValidUTF8(string(value[:limit]), "") + "..."
	}
	return string(value)
}

// entry checks a raw entry and returns it with its intent.
func (s Schema) entry(r raw) (Entry, error) {
	if r.operation == nil {
		return Entry{}, errors.New(`it has no "operation"`)
	}
	op, err := s.operation(*r.operation)
	switch {
	case err != nil:
		return Entry{}, err
	case r.input == nil:
		return Entry{}, errors.New(`it has no "input"`)
	case r.key == nil && r.token == nil:
		return Entry{}, errors.New(`it has neither "idempotency_key" nor "client_token": without one a second run would create a second resource`)
	case r.key != nil && r.token != nil:
		return Entry{}, errors.New(`it has both "idempotency_key" and "client_token": the key derives the token`)
	}
	e := Entry{Ensure: s.Ensure, Intent: idem.Intent{Operation: op.Name}}
	in := &e.Intent
	if r.key != nil {
		e.Key = *r.key
		in.ClientToken, err = clienttoken.Derive(op.Name, e.Key)
	} else {
		in.ClientToken, err = *r.token, clienttoken.Validate(*r.token)
	}
	if err != nil {
		return Entry{}, err
	}
	if in.Region, err = given("region", r.region, s.Region); err != nil {
		return Entry{}, err
	}
	if in.Profile, err = given("profile", r.profile, s.Profile); err != nil {
		return Entry{}, err
	}
	if in.Input, err = op.Input(r.input); err != nil {
		return Entry{}, err
	}
	if _, hasToken := in.Input["ClientToken"]; hasToken {
		return Entry{}, errors.New(`input: the client token stands beside it, in "client_token"`)
	}
	if r.ensure != nil {
		e.Ensure = *r.ensure
	}
	if e.Ensure {
		err = op.Ensure(in)
	}
	return e, err
}

// given returns the value of a field, or the default if the entry does not have the field. An empty value is an error.
func given(field string, value *string, byDefault string) (string, error) {
	if value == nil {
		return byDefault, nil
	}
	if *value == "" {
		return "", fmt.Errorf("%s: it is empty", field)
	}
	return *value, nil
}

// operation returns the operation with the name of an API action (CreateRouteTable) or of a command (create-route-table).
func (s Schema) operation(name string) (Operation, error) {
	names := make([]string, 0, 2*len(s.Operations))
	for _, op := range s.Operations {
		names = append(names, op.Name, op.Command)
	}
	i := slices.Index(names, name)
	if i < 0 {
		return Operation{}, fmt.Errorf("unknown operation %q%s", name, s.near(name, names))
	}
	return s.Operations[i/2], nil
}
