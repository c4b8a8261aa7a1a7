package batch

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/awsidem/awsidem/pkg/clienttoken"
	"github.com/awsidem/awsidem/pkg/idem"
)

// An Entry is one entry of a manifest: an intent and its position.
type Entry struct {
	Index  int         // the position in the manifest; the first is 0
	Line   int         // the line on which the entry begins; the first is 1
	Key    string      // the idempotency key; "" if the entry has a client token instead
	Ensure bool        // whether the entry is created with --ensure, so that its intent has the tag
	Intent idem.Intent // without an Endpoint: the caller sets it
}

// An Operation is what [Read] needs to know of an operation.
type Operation struct {
	Name   string                                       // CreateRouteTable
	Input  func(map[string]any) (map[string]any, error) // checks and completes the parameters; refuses a client token in them
	Ensure func(intent *idem.Intent) error              // adds the tag of --ensure
}

// A Schema has the operations that a manifest may contain, and the defaults of its entries. Its functions may be called concurrently.
type Schema struct {
	Operation       func(name string) (Operation, error)     // returns the operation with a name, or an error that explains an unknown name
	Region, Profile string                                   // the place of an entry that names none; "" if there is no default
	Ensure          bool                                     // whether an entry without the field ensure is created with --ensure
	Near            func(name string, names []string) string // returns a suggestion for a misspelled field, such as ": did you mean x?", or ""
}

// fields are the fields that an entry may have.
var fields = []string{"operation", "input", "idempotency_key", "client_token", "region", "profile", "ensure"}

// checkFields returns an error if a field is unknown or has a value of another type.
func (s Schema) checkFields(object map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		want := "a string"
		var ok bool
		switch value := object[name]; name {
		case "input":
			want = "an object"
			_, ok = value.(map[string]any)
		case "ensure":
			want = "true or false"
			_, ok = value.(bool)
		default:
			if !slices.Contains(fields, name) {
				return fmt.Errorf("unknown field %q%s", name, s.Near(name, fields))
			}
			_, ok = value.(string)
		}
		if !ok {
			return fmt.Errorf("%s: want %s, got %s", name, want, short(object[name]))
		}
	}
	return nil
}

// short returns the beginning of a value in JSON.
func short(value any) string {
	const limit = 40
	text, err := json.Marshal(value)
	if err != nil {
		return "a value that JSON can't hold"
	}
	if len(text) > limit {
		return strings.ToValidUTF8(string(text[:limit]), "") + "..."
	}
	return string(text)
}

// entry checks an entry and returns it with its intent.
func (s Schema) entry(w written) (Entry, error) {
	object, ok := w.value.(map[string]any)
	switch {
	case w.err != nil:
		return Entry{}, w.err
	case !ok:
		return Entry{}, errors.New("it is neither a JSON object nor a YAML mapping")
	}
	if err := s.checkFields(object); err != nil {
		return Entry{}, err
	}
	name, ok := object["operation"].(string)
	if !ok {
		return Entry{}, errors.New(`it has no "operation"`)
	}
	op, err := s.Operation(name)
	if err != nil {
		return Entry{}, err
	}
	input, ok := object["input"].(map[string]any)
	if !ok {
		return Entry{}, errors.New(`it has no "input"`)
	}
	token, key, err := tokenOf(op, object)
	if err != nil {
		return Entry{}, err
	}
	for _, field := range []string{"region", "profile"} {
		if object[field] == "" {
			return Entry{}, fmt.Errorf("%s: it is empty", field)
		}
	}
	region, _ := object["region"].(string)
	profile, _ := object["profile"].(string)
	e := Entry{Key: key, Ensure: s.Ensure, Intent: idem.Intent{
		Operation: op.Name, ClientToken: token, Region: cmp.Or(region, s.Region), Profile: cmp.Or(profile, s.Profile),
	}}
	if e.Intent.Input, err = op.Input(input); err != nil {
		return Entry{}, err
	}
	if ensure, ok := object["ensure"].(bool); ok {
		e.Ensure = ensure
	}
	if e.Ensure {
		err = op.Ensure(&e.Intent)
	}
	return e, err
}

// tokenOf returns the client token of an entry, and the idempotency key that the token derives from; "" if the entry has its own token.
func tokenOf(op Operation, object map[string]any) (token, key string, err error) {
	var givenToken, givenKey *string
	if token, ok := object["client_token"].(string); ok {
		givenToken = &token
	}
	key, hasKey := object["idempotency_key"].(string)
	if hasKey {
		givenKey = &key
	}
	if givenToken == nil && givenKey == nil {
		return "", "", errors.New(`it has neither "idempotency_key" nor "client_token": without one of them, a second run would create a second resource`)
	}
	token, _, err = clienttoken.Choose(op.Name, givenToken, givenKey)
	return token, key, err
}
