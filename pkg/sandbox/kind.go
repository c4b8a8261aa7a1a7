package sandbox

import "strings"

// A kind is an EC2 resource type.
type kind struct {
	name       string // resource type of tag specifications
	prefix     string // of ids, without the hyphen
	param      string // parameter that takes an id
	noun       string // in error messages
	notFound   string // error codes
	malformed  string
	maxResults int
	isDefault  func(*resource) error                      // why EC2 refuses to delete the default one of a VPC
	filters    func() map[string]func(*resource) []string // built at the first use
	show       func(*answer, *resource)                   // into the answer of a create
	list       func(*answer, []*resource)                 // into the answer of a describe
}

// kindOf returns the kind of an id; nil if its prefix is unknown.
func kindOf(id string) *kind {
	for _, k := range []*kind{&vpcs, &routeTables, &networkACLs} {
		if strings.HasPrefix(id, k.prefix+"-") {
			return k
		}
	}
	return nil
}

// hexID matches an id without its prefix: 17 hexadecimal digits, or 8 in ids from before 2018.
var hexID = expression(`^([0-9a-f]{8}|[0-9a-f]{17})$`)

// check returns an error if the id is malformed.
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

// missing returns the error for ids that do not exist.
func (k *kind) missing(ids ...string) error {
	if len(ids) == 1 {
		return fail(k.notFound, "The %s ID '%s' does not exist", k.noun, ids[0])
	}
	return fail(k.notFound, "The %s IDs '%s' do not exist", k.noun, strings.Join(ids, ", "))
}

// dependent returns the error for deleting a resource that others depend on.
func (k *kind) dependent(id string) error {
	return fail("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", k.noun, id)
}
