// Package shape converts the input and output of an AWS operation between the text of the user, the types of the AWS SDK, and the output of
// the AWS CLI. A shape is AWS's word for a type of an API. The package reads shapes from the SDK's struct types by
// reflection, so that a new operation needs no code here.
//
//	Parse, ParseJSON, ParseYAML              the user's text, read as the AWS CLI reads it -> generic value
//	Decode                                   generic value -> the SDK's input
//	Encode                                   the SDK's output -> generic value
//	Skeleton, SkeletonYAML, OutputSkeleton   the shape -> the output of --generate-cli-skeleton
//
// A generic value has the types that encoding/json decodes into an any: a string, a bool, a float64, a []any, or a map[string]any with the
// API's names as keys. An integer that no float64 represents exactly is an int64. A timestamp is a string, and a blob is a
// string in base64, as in version 2 of the AWS CLI.
//
// If the text has an unknown member, a value of another type or the same key twice, the functions return an error that names the member or
// the line. Errors contain the user's text with control characters escaped.
//
// The package calls no method by reflection. If it did, the linker would keep the 700 operations of the SDK that the program does not use.
package shape

import (
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Kind classifies shapes by how their values are written.
type Kind int

// The kinds of shapes in the EC2 API. An enum is a String, because reflection does not show its values, and EC2 adds values
// every month.
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

// String returns the kind as messages name it, such as "a string".
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
	Kind Kind         // the kind of the member's values
	Type reflect.Type // the SDK's type, for the functions of this package
}

// Members returns the members of a structure in the order of the SDK's fields: required members come first. Members leaves out
// ResultMetadata, which the SDK adds to each output.
func Members(t reflect.Type) []Member {
	t = deref(t)
	var members []Member
	for i := range t.NumField() {
		if f := t.Field(i); isMember(f) {
			members = append(members, Member{f.Name, FlagName(f.Name), KindOf(f.Type), f.Type})
		}
	}
	return members
}

func isMember(f reflect.StructField) bool {
	return f.IsExported() && f.Name != "ResultMetadata" && KindOf(f.Type) != Unsupported
}

// KindOf returns the kind of a Go type of the SDK. The kind of a pointer is the kind of the type to which it points.
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

// deref returns the type that a pointer type points to. The SDK uses pointers only to mark absent values.
func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// FlagName returns the AWS CLI's flag for a member. A word begins at a capital letter that follows a small letter or a digit
// (VpcId: vpc-id), and at the last capital letter before a small letter (CIDRBlock: cidr-block). Capital letters followed by a
// final s are one word (GatewayARNs: gateway-arns).
func FlagName(member string) string {
	stem, isPlural := strings.CutSuffix(member, "s")
	acronym := len(strings.TrimRightFunc(stem, unicode.IsUpper)) // the index at which the last capital letters begin
	isPlural = isPlural && len(stem)-acronym > 1
	var flag strings.Builder
	for i, c := range member {
		previous, _ := utf8.DecodeLastRuneInString(member[:i])
		next, _ := utf8.DecodeRuneInString(member[i+1:])
		begins := i > 0 && unicode.IsUpper(c) && (!unicode.IsUpper(previous) || unicode.IsLower(next))
		if isPlural && i >= acronym {
			begins = i == acronym
		}
		if begins {
			flag.WriteByte('-')
		}
		flag.WriteRune(unicode.ToLower(c))
	}
	return flag.String()
}
