package sandbox

import "strings"

// A kind is what EC2 calls a resource type, with the names and codes that differ from one to the next.
type kind struct {
	name       string // in a tag specification
	prefix     string // of an id
	param      string // that takes an id
	noun       string // in an error message
	notFound   string // error codes, whose spelling follows no rule
	malformed  string
	maxResults int
	inherent   func(*resource) error                      // why one that came with its VPC can't be deleted
	filters    func() map[string]func(*resource) []string // made at their first use, as expressions are
	show       func(*answer, *resource)                   // into the answer of a create
	list       func(*answer, []*resource)                 // into the answer of a describe
}

// kindOf finds the kind of an id.
func kindOf(id string) *kind {
	for _, k := range []*kind{&vpcs, &routeTables, &networkACLs} {
		if strings.HasPrefix(id, k.prefix+"-") {
			return k
		}
	}
	return nil
}

// hexID matches what follows the prefix of an id: 17 hexadecimal digits today, 8 until 2018.
var hexID = expression(`^([0-9a-f]{8}|[0-9a-f]{17})$`)

// check tells a malformed id from a well-formed one that may not exist.
func (k *kind) check(id string) error {
	rest, ok := strings.CutPrefix(id, k.prefix+"-")
	switch {
	case !ok:
		return fail(k.malformed, `Invalid id: "%s" (expecting "%s-...")`, id, k.prefix)
	case !hexID().MatchString(rest):
		return fail(k.malformed, `Invalid id: "%s"`, id)
	}
	return nil
}

// missing is the error for ids that don't exist.
func (k *kind) missing(ids ...string) error {
	if len(ids) == 1 {
		return fail(k.notFound, "The %s ID '%s' does not exist", k.noun, ids[0])
	}
	return fail(k.notFound, "The %s IDs '%s' do not exist", k.noun, strings.Join(ids, ", "))
}

// dependent is the error for a resource that others need.
func (k *kind) dependent(id string) error {
	return fail("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", k.noun, id)
}
