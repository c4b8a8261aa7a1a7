// Package shape knows the shape of an operation's input and output: AWS's word for a modelled type. It takes the shape from
// the AWS SDK's own struct types by reflection, so that a new operation needs no code here.
//
// Its values are generic, as encoding/json gives them, and go from and to everything that a program has to do with a shape:
//
//	Parse, ParseJSON, ParseYAML   what a user wrote, as the AWS CLI reads it  -> generic
//	Decode                        generic -> the SDK's input
//	Encode                        the SDK's output -> generic, as the AWS CLI prints it
//	Skeleton, SkeletonYAML, OutputSkeleton                                       what --generate-cli-skeleton prints
//
// A generic value is a string, a bool, a float64 (an int64 where a float64 would not be exact), a []any or a map[string]any
// under the names of the API. A timestamp is a string, and so is a blob: base64, as in version 2 of the AWS CLI.
//
// The package refuses rather than guesses: a member that the shape does not have, a value of another type and a key given
// twice are errors that name the place. It writes no text of the user's into an error without quoting control characters.
// It calls no method by reflection, which would keep the linker from leaving out the 700 operations that nobody calls.
package shape

import (
	"reflect"
	"slices"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Kind says how the values of a shape are written.
type Kind int

// The kinds of shapes in the EC2 API. An enum is a String: which values it has can't be seen by reflection, and EC2 adds
// some every month.
const (
	Unsupported Kind = iota // not AWS data
	String
	Boolean
	Integer
	Float
	Timestamp
	Blob
	Structure
	List
	Map
)

// String gives the kind as it reads in a message: "a string".
func (k Kind) String() string {
	return [...]string{
		"nothing", "a string", "a boolean", "an integer", "a number", "a timestamp", "base64 text", "a structure", "a list", "a map",
	}[k]
}

// complex reports whether values of the kind hold other values.
func (k Kind) complex() bool { return k >= Structure }

// A Member is one member of a structure.
type Member struct {
	Name string       // in the API: VpcId
	Flag string       // on the command line, without dashes: vpc-id
	Kind Kind         // of its values
	Type reflect.Type // in the SDK, for the functions of this package
}

// Members lists the members of a structure in the order of the SDK's fields: the required ones first. ResultMetadata, which
// the SDK adds to each output, is none.
func Members(t reflect.Type) []Member {
	t = deref(t)
	if known, ok := shapes.Load(t); ok {
		return slices.Clone(known.([]Member))
	}
	members := membersOf(t)
	shapes.Store(t, slices.Clone(members))
	return members
}

// shapes remembers the members of each structure: to find them costs more than to decode one.
var shapes sync.Map // of reflect.Type to []Member

func membersOf(t reflect.Type) []Member {
	var members []Member
	for i := range t.NumField() {
		f := t.Field(i)
		if kind := KindOf(f.Type); f.IsExported() && f.Name != "ResultMetadata" && kind != Unsupported {
			members = append(members, Member{f.Name, FlagName(f.Name), kind, f.Type})
		}
	}
	return members
}

// KindOf gives the kind of the values that a Go type of the SDK holds.
func KindOf(t reflect.Type) Kind {
	t = deref(t)
	switch t.Kind() {
	case reflect.String:
		return String
	case reflect.Bool:
		return Boolean
	case reflect.Int32, reflect.Int64:
		return Integer
	case reflect.Float32, reflect.Float64:
		return Float
	case reflect.Map:
		return Map
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return Blob
		}
		return List
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return Timestamp
		}
		return Structure
	}
	return Unsupported
}

// deref gives the type that a pointer points at: the SDK's pointers only tell what is absent.
func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// FlagName gives the flag of a member as the AWS CLI names it: a word begins at a capital that follows a small letter or a
// digit (VpcId: vpc-id), and at the last capital of a run (CIDRBlock: cidr-block), except that a run of capitals with a plural
// s at the end is one word (GatewayARNs: gateway-arns).
func FlagName(member string) string {
	name := []rune(member)
	plural := len(name) // where a plural acronym begins
	if i := len(name) - 1; i >= 2 && name[i] == 's' && isUpper(name[i-1]) && isUpper(name[i-2]) {
		plural = i
		for plural > 0 && isUpper(name[plural-1]) {
			plural--
		}
	}
	var flag []rune
	for i, r := range name {
		begins := i > 0 && isUpper(r) &&
			(isLower(name[i-1]) || unicode.IsDigit(name[i-1]) || i+1 < len(name) && isLower(name[i+1]))
		if i == plural || i < plural && begins {
			flag = append(flag, '-')
		}
		flag = append(flag, unicode.ToLower(r))
	}
	return string(flag)
}

func isUpper(r rune) bool { return r < utf8.RuneSelf && unicode.IsUpper(r) }
func isLower(r rune) bool { return r < utf8.RuneSelf && unicode.IsLower(r) }
