package awsec2

import "github.com/aws/aws-sdk-go-v2/service/ec2"

// A declaration holds what the SDK's types do not say about an operation. The rest follows from the types, by the conventions of the method
// operation. TestDeclarations proves that the declared members and the found members exist.
type declaration struct {
	create   any    // the SDK's method that creates the resource
	describe any    // the SDK's method that lists such resources
	noun     string // the resource in a sentence
	prefix   string // the beginning of the resource's ids; "" if AWS does not document it
	agree    string // the members, as paths, that must be the same in the input and in the resource, if the input has them

	documented filters // the filters of the Describe action that AWS documents
	count      string  // the input members with the number of resources: MIN..MAX, or A|B for the first that is given
	wait       wait    // what --wait waits for by default

	// Exceptions to the conventions.
	id       string // the members that form the id, joined by colons, if no ids parameter of the Describe action is named for it
	ids      string // the parameters of the Describe action for these members, if their names differ
	parent   string // an input member that the Describe action also requires
	state    string // the path of the state
	states   string // states with another meaning for this resource: active=pending
	tagType  string // the resource type in tag specifications
	notFound string // the code of an unknown id, if it does not name the resource and NotFound
}

// filters is a set of filters of a Describe action. EC2 may ignore or refuse a filter that AWS does not document.
type filters int

const (
	byID  filters = 1 << iota // the filter for the resource's id: route-table-id
	byTag                     // tag:KEY
)

// A wait is the default of --wait-for: untilVisible for resources that become usable only after hours.
type wait int

const (
	untilUsable wait = iota
	untilVisible
)

// sdk is a short name for the table.
type sdk = ec2.Client

// A group is the operations under one heading of the help.
type group struct {
	title      string
	operations []declaration
}
