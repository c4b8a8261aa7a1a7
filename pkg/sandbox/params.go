package sandbox

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are the parameters of a Query API request. List members are numbered, as in Filter.1.Value.2.
type params url.Values

// Version is the version of the EC2 API that the sandbox implements.
const Version = "2016-11-15"

// signatureParams are the parameters of presigned requests, in Signature Version 4 and older versions.
const signatureParams = "AWSAccessKeyId Expires SecurityToken Signature SignatureMethod SignatureVersion Timestamp " +
	"X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-Security-Token X-Amz-Signature X-Amz-SignedHeaders"

func (p params) get(name string) string { return url.Values(p).Get(name) }

func (p params) has(name string) bool { return url.Values(p).Has(name) }

// check returns an error for an unknown API version, for an unknown parameter, or for a missing required parameter.
func (p params) check(a action) error {
	switch v := p.get("Version"); v {
	case Version:
	case "":
		return missing("Version")
	default:
		return fail("NoSuchVersion", "The requested version (%s) of service AmazonEC2 does not exist", v)
	}
	general := strings.Fields("Action Version " + signatureParams)
	var unknown []string
	for name := range p {
		if !slices.Contains(general, name) && !a.takes.accepts(name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return fail("UnknownParameter", "The parameter %s is not recognized", slices.Min(unknown))
	}
	for name := range strings.FieldsSeq(a.requires) {
		if p.get(name) == "" && !p.hasBelow(name) {
			return missing(lowerFirst(name))
		}
	}
	return nil
}

// hasBelow reports whether a list or a structure has any member.
func (p params) hasBelow(name string) bool {
	for key := range p {
		if strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}

// entries returns the parameter names of a list's members, in the order of their numbers: Filter.1, Filter.2.
func (p params) entries(name string) []string {
	var numbers []int
	for key := range p {
		rest, ok := strings.CutPrefix(key, name+".")
		number, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); ok && err == nil && isNumber(number) {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, cmp.Compare)
	var out []string
	for _, n := range slices.Compact(numbers) {
		out = append(out, name+"."+strconv.Itoa(n))
	}
	return out
}

// list returns the values of a list of strings.
func (p params) list(name string) []string {
	var out []string
	for _, entry := range p.entries(name) {
		out = append(out, p.get(entry))
	}
	return out
}

// values returns the values of a parameter, which is a string or a list of strings.
func (p params) values(name string) []string {
	if p.has(name) {
		return []string{p.get(name)}
	}
	return p.list(name)
}

// isNumber reports whether s is a list index: 1, but not 01 or +1.
func isNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && strconv.FormatUint(n, 10) == s
}

// number returns an integer parameter, which must be in [low, high]; 0 if it is absent.
func (p params) number(name string, low, high int) (int, error) {
	v := p.get(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	switch {
	case err != nil:
		return 0, fail("InvalidParameterValue", "Value ( %s ) for parameter %s is invalid. Expecting an integer.", v, name)
	case n < low:
		return 0, fail("InvalidParameterValue", "Value ( %d ) for parameter %s is invalid. Expecting a value greater than or equal to %d.", n, name, low)
	case n > high:
		return 0, fail("InvalidParameterValue", "Value ( %d ) for parameter %s is invalid. Expecting a value smaller than or equal to %d.", n, name, high)
	}
	return n, nil
}
