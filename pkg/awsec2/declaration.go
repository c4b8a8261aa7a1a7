package awsec2

import "github.com/aws/aws-sdk-go-v2/service/ec2"

// A declaration is what the SDK's types do not say of an operation. Everything else follows from the types by the conventions of
// [declaration.operation]; TestDeclarations proves that what the conventions find exists.
type declaration struct {
	create   any    // the SDK's method that makes the resource
	describe any    // the SDK's method that lists such resources
	noun     string // the resource in a sentence
	prefix   string // how the resource's ids begin; "" if AWS does not document it
	agree    string // the members, as paths, that must be the same in the input and in the resource, if the input has them

	documented filters // the filters of the Describe action that AWS documents
	count      string  // the input members that say how many resources are wanted: MIN..MAX, or A|B for the first that is given
	wait       wait    // what --wait waits for by default

	// Exceptions from the conventions.
	id       string // the members of the id, joined by colons, if the ids parameter of the Describe action does not name one
	ids      string // the parameters of the Describe action for these members, if they have other names
	parent   string // the input member that the Describe action requires, too
	state    string // the path of the state
	states   string // states that mean something else for this resource: active=pending
	tagType  string // the resource type in tag specifications
	notFound string // the code of an unknown id, if it does not name the resource and NotFound
}

// filters are the filters of a Describe action that AWS documents for the resource. Others may be ignored or refused.
type filters int

const (
	byID  filters = 1 << iota // the filter for the resource's id: route-table-id
	byTag                     // tag:KEY
)

// wait is what --wait waits for by default: until the resource is usable, or only until it is visible where that takes hours.
type wait int

const (
	untilUsable wait = iota
	untilVisible
)

// sdk is short, so that a declaration fits on a line.
type sdk = ec2.Client

// A group is a number of operations about one thing.
type group struct {
	title      string
	operations []declaration
}
