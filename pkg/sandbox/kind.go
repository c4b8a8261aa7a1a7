package sandbox

import (
	"fmt"
	"regexp"
	"strings"
)

// A kind is an EC2 resource type. Its exported fields come from a line of the table.
type kind struct {
	Kind     string // resource type of tag specifications; an invented name if the type takes no tags
	Taggable bool
	Prefix   string // of ids
	Form     string // of ids after the prefix: "" for 17 hexadecimal digits, hex33, hex8, uuid, number
	Noun     string // in error messages
	NotFound string // error code

	State, Pending, Usable, Failed string // element of the state, and its values
	Gone                           string // state of a deleted resource; "" if Describe stops showing it

	Describe                   string
	DescribeRequires           string // parents that a request must name
	DescribeTakes, DeleteTakes shape
	IDs, Filters               string // parameter of ids, names of documented filters
	List, ID, Tags, Owner      string // elements
	Reason                     string // elements with the reason why a resource failed

	Delete, DeleteRequires  string
	DeleteID                string // parameter of the id or ids
	Deleted, DeletedForm    string // element of the answer and its form, or path=text of an element
	DeletedID, DeletedState string // elements of an item of the answer

	rules rules
}

// kindNamed returns a kind that the code names.
func kindNamed(name string) *kind { return names().kinds[name] }

// kindOf returns the taggable kind with the longest prefix of an id; nil if there is none.
func kindOf(id string) *kind {
	var found *kind
	for _, k := range names().kinds {
		if k.Taggable && strings.HasPrefix(id, k.Prefix) && (found == nil || len(k.Prefix) > len(found.Prefix)) {
			found = k
		}
	}
	return found
}

var (
	hexID   = expression(`^([0-9a-f]{8}|[0-9a-f]{17})$`) // 8 digits in ids from before 2018
	hex33ID = expression(`^[0-9a-f]{33}$`)
	uuidID  = expression(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// form returns the expression that an id without its prefix matches.
func (k *kind) form() *regexp.Regexp {
	switch k.Form {
	case "hex33":
		return hex33ID()
	case "uuid":
		return uuidID()
	}
	return hexID()
}

// check returns an error if the id is malformed.
func (k *kind) check(id string) error {
	rest, ok := strings.CutPrefix(id, k.Prefix)
	switch {
	case !ok:
		return fail(k.malformed(), `Invalid id: "%s" (expecting "%s...")`, id, k.Prefix)
	case !k.form().MatchString(rest):
		return fail(k.malformed(), `Invalid id: "%s"`, id)
	}
	return nil
}

func (k *kind) malformed() string {
	code := strings.Replace(k.NotFound, "NotFound", "Malformed", 1)
	switch {
	case k.rules.malformed != "":
		return k.rules.malformed
	case code == k.NotFound:
		return "InvalidParameterValue"
	}
	return code
}

// missing returns the error for ids that do not exist.
func (k *kind) missing(ids ...string) error {
	if len(ids) == 1 {
		return fail(k.NotFound, "The %s ID '%s' does not exist", k.Noun, ids[0])
	}
	return fail(k.NotFound, "The %s IDs '%s' do not exist", k.Noun, strings.Join(ids, ", "))
}

// dependent returns the error for deleting a resource that others depend on.
func (k *kind) dependent(id string) error {
	return fail("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", k.Noun, id)
}

// newID returns a random id in EC2's form.
func (s *Sandbox) newID(k *kind) string {
	switch k.Form {
	case "uuid":
		return k.Prefix + s.uuid()
	case "hex8":
		return k.Prefix + fmt.Sprintf("%08x", s.rng.Uint32())
	case "hex33":
		return k.Prefix + fmt.Sprintf("0%016x%016x", s.rng.Uint64(), s.rng.Uint64())
	}
	return k.Prefix + fmt.Sprintf("0%016x", s.rng.Uint64())
}
