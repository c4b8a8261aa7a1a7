package awsec2

import "github.com/aws/aws-sdk-go-v2/service/ec2"

// A declaration holds the facts about an operation that the SDK's types do not show. The conventions of [declaration.operation] find
// everything else in the types. TestDeclarations checks that the members which they find exist.
type declaration struct {
	create   any    // the SDK's method that makes the resource: (*ec2.Client).CreateRouteTable
	describe any    // the SDK's method that lists such resources: (*ec2.Client).DescribeRouteTables
	noun     string // the resource in a sentence
	prefix   string // how the resource's ids begin; "" if AWS does not document it
	agree    string // the members, separated by spaces, that have the same value in the input and in the resource, if the input has them

	documented filters // the filters of the Describe action that AWS documents
	count      string  // the input members that set how many resources the request makes: FEWEST..MOST; or A|B, of which the first that is given counts
	wait       wait    // the default goal of --wait

	// Exceptions from the conventions. "" if the operation keeps the convention.
	id       string // the resource's member that holds its id, or several members joined by colons
	ids      string // the members of the Describe input that take the parts of id, joined by colons
	parent   string // a member of the create's input that the Describe input requires, too
	state    string // the path of the resource's state
	states   string // states that mean something else for this resource than for others, as STATE=MEANING: active=pending
	tagType  string // the resource type in tag specifications
	notFound string // EC2's error code for an unknown id
}

// filters are the filters of a Describe action that AWS documents for the resource. EC2 may ignore or refuse other filters.
type filters int

const (
	byID  filters = 1 << iota // the filter for the resource's id: route-table-id
	byTag                     // tag:KEY
)

// wait is the default goal of --wait.
type wait int

const (
	untilUsable  wait = iota // until the resource is usable
	untilVisible             // until the resource is visible, because it may become usable only after hours
)

// sdk is a short name, so that the table's lines are short.
type sdk = ec2.Client

// A group lists the operations under one heading of the help.
type group struct {
	title      string
	operations []declaration
}
