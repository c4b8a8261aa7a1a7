package sandbox

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are those of a Query API request: lists are numbered, as in Filter.1.Value.2.
type params url.Values

// Version is the version of the EC2 API that the sandbox speaks.
const Version = "2016-11-15"

// every is what any action takes.
const every = "Action Version DryRun"

// signing are the parameters of a presigned request, of today's and of older signatures.
const signing = "AWSAccessKeyId Expires SecurityToken Signature SignatureMethod SignatureVersion Timestamp " +
	"X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-Security-Token X-Amz-Signature X-Amz-SignedHeaders"

func (p params) get(name string) string { return url.Values(p).Get(name) }

func (p params) has(name string) bool { return url.Values(p).Has(name) }

// check refuses a version or a parameter that EC2 does not know. In known, N stands for a number.
func (p params) check(known string) error {
	switch v := p.get("Version"); v {
	case Version:
	case "":
		return missing("Version")
	default:
		return fail("NoSuchVersion", "The requested version (%s) of service AmazonEC2 does not exist", v)
	}
	names := strings.Fields(known + " " + every + " " + signing)
	var unknown []string
	for name := range p {
		parts := strings.Split(name, ".")
		for i, part := range parts {
			if isNumber(part) {
				parts[i] = "N"
			}
		}
		if !slices.Contains(names, strings.Join(parts, ".")) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return fail("UnknownParameter", "The parameter %s is not recognized", slices.Min(unknown))
	}
	return nil
}

// entries lists the numbered members below a name, as prefixes, by their number.
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

// list gives the values of a numbered list of strings.
func (p params) list(name string) []string {
	var out []string
	for _, entry := range p.entries(name) {
		out = append(out, p.get(entry))
	}
	return out
}

// isNumber takes a list index as clients write it: 1, not 01 or +1.
func isNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && strconv.FormatUint(n, 10) == s
}

// number reads an integer between two bounds; 0 if it is not there.
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
