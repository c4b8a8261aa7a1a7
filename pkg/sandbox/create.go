package sandbox

import (
	"maps"
	"slices"
)

// A create is an action that creates resources under a client token. Its exported fields come from a line of the table.
type create struct {
	Action, Kind  string
	Takes         shape
	Requires      string // parameters
	Answer        string // element of the resource or resources; "" if they are the answer itself
	List          bool   // whether Answer is a list
	ID            string // element within Answer; "" if Answer lists the ids
	State, Tags   string // elements within Answer; "" if it has none
	Echo          shape  // request members that Answer repeats
	Shows         shape  // request members that Describe repeats
	Token         string // parameter
	TagParam      string // parameter of tag specifications; "" if there is none
	OtherTagTypes string // resource types that tag specifications may have besides the kind's
	EchoesToken   bool   // whether the answer has the client token beside the resource
	Count         string // parameter of the number of resources; if it is a list, its length is the number
	Zone          string // Availability Zone parameter that EC2 excepts from the comparison of parameters

	kind *kind
}

// create creates the resources that the request asks for, or repeats the answer of the first request with its token.
func (c *call) create(cr *create) (*node, error) {
	k := cr.kind
	tags, err := c.tagSpecifications(cr)
	if err != nil {
		return nil, err
	}
	token, err := c.clientToken(cr)
	if err != nil {
		return nil, err
	}
	vpcID := c.params.get("VpcId")
	if vpcID != "" {
		if err := kindNamed("vpc").check(vpcID); err != nil {
			return nil, err
		}
	}
	count, err := c.count(cr)
	if err != nil {
		return nil, err
	}
	params := c.fingerprint(cr, tags)
	if token != "" && c.dryRun() == nil { // a dry run neither reads nor remembers its token
		// A replay must succeed even if the VPC was deleted in the meantime.
		if a, err := c.replay(cr, token, params); a != nil || err != nil {
			return a, err
		}
	}
	vpc, err := c.named(cr)
	if err != nil {
		return nil, err
	}
	if err := c.naturalKeyTaken(cr); err != nil {
		return nil, err
	}
	if err := c.dryRun(); err != nil {
		return nil, err
	}
	var made []*resource
	for i := range count {
		if c.partial && i == count-1 && k.Kind == "vpc-flow-log" {
			break
		}
		r := c.newResource(k, resource{Resource: Resource{Tags: tags[k.Kind], ClientToken: token}, create: cr, vpc: vpc, params: c.stored(cr), index: i})
		made = append(made, r)
		r.group = made[0].ID
	}
	c.afterCreate(cr, made)
	a := c.createAnswer(cr, token, made)
	if token != "" {
		c.home().tokens[c.tokenKey(cr, token)] = &tokenUse{params: params, made: made, first: a, at: c.now}
	}
	return a, nil
}

// named returns the VPC that a create names, if any, or an error if the create names a resource that does not exist:
//   - A VPC has to exist, and so has a launch template that the create names by its name.
//   - An id of another kind may be of a resource that the sandbox never had: a subnet, for example, which the sandbox can't create, or an image of
//     the user's account. Otherwise a runbook would not run without its preparation. A fault such as InvalidSubnetID.NotFound refuses such an id.
//   - A resource that was deleted, or is not visible yet, does not exist.
func (c *call) named(cr *create) (vpc *resource, err error) {
	if id := c.params.get("VpcId"); id != "" {
		if vpc, err = c.find(kindNamed("vpc"), id); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		id := c.params.get(name)
		if r := c.home().byID[id]; r != nil && !r.visible(c.now) && idParam().MatchString(name) {
			return nil, r.kind.missing(id)
		}
	}
	if cr.Kind == "launch-template-version" {
		_, err = c.templateID()
	}
	return vpc, err
}

// idParam matches the name of a parameter of an id, also in a list: SubnetId, InstanceId.1.
var idParam = expression(`Id(\.[0-9]+)?$`)

// maxCount is the largest number of resources that one request may create.
const maxCount = 1000

// count returns the number of resources that the request asks for.
func (c *call) count(cr *create) (int, error) {
	if cr.Count == "" {
		return 1, nil
	}
	if m, _ := cr.Takes.find(cr.Count); m.list {
		return len(c.params.entries(cr.Count)), nil
	}
	if !c.params.has(cr.Count) {
		return 1, nil
	}
	least, err := c.params.number("MinCount", 1, maxCount)
	if err != nil {
		return 0, err
	}
	most, err := c.params.number(cr.Count, 1, maxCount)
	if err != nil {
		return 0, err
	}
	if least > most {
		return 0, fail("InvalidParameterCombination", "The value (%d) of MinCount is greater than the value (%d) of MaxCount", least, most)
	}
	return most, nil
}

// stored returns the parameters that the resource keeps: an ignored token is never shown.
func (c *call) stored(cr *create) params {
	if !c.sandbox.config.IgnoreTokens {
		return c.params
	}
	out := maps.Clone(c.params)
	delete(out, cr.Token)
	return out
}

// createAnswer returns the answer of a create, with the current state of its resources.
func (c *call) createAnswer(cr *create, token string, made []*resource) *node {
	a := answerOf()
	var items []node
	for _, r := range made {
		items = append(items, r.inCreate(c.now))
	}
	switch {
	case cr.ID == "":
		a.add(texts(cr.Answer, idsOf(made)))
	case cr.List:
		for i := range items {
			items[i].name = "item"
		}
		a.add(tree(cr.Answer, items...))
	case cr.Answer == "":
		a.add(items[0].nodes...)
	default:
		items[0].name = cr.Answer
		a.add(items[0])
	}
	a.add(c.besideResources(cr, made)...)
	if cr.EchoesToken && token != "" {
		a.add(leaf("clientToken", token))
	}
	return a
}

// afterCreate applies the further effects that some actions have.
func (c *call) afterCreate(cr *create, made []*resource) {
	switch cr.kind.Kind {
	case "launch-template":
		made[0].index = 1
	case "launch-template-version":
		c.numberTemplateVersion(made[0])
	case "fleet":
		c.launchFleet(made[0])
	}
}

// besideResources returns the elements of a create's answer beside its resources.
func (c *call) besideResources(cr *create, made []*resource) []node {
	switch cr.Action {
	case "RunInstances":
		return reservation(made[0])
	case "CreateFlowLogs":
		return []node{listOf("unsuccessful", c.params.list("ResourceId")[len(made):], func(id string) []node {
			return []node{tree("error", leaf("code", "InternalError"), leaf("message", "The flow log could not be created.")), leaf("resourceId", id)}
		})}
	case "CreateFleet":
		return fleetOutcome(made[0])
	}
	return nil
}

// reservation returns the elements of the reservation that an instance belongs to.
func reservation(r *resource) []node {
	return []node{leaf("reservationId", relatedID("r", r.Region, r.group)), leaf("ownerId", Account), leaf("groupSet", "")}
}
