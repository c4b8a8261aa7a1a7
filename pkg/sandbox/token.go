package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A tokenUse is the first use of a client token, which EC2 remembers per account, Region and action:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
// A failed request leaves no tokenUse, except a request that EC2 refuses for lack of capacity.
type tokenUse struct {
	params string      // fingerprint of the parameters
	made   []*resource // none if the request was refused
	first  *node       // original answer
	at     time.Time
}

// maxToken is the maximum length of a client token, in ASCII characters.
const maxToken = 64

// clientToken returns the valid token of a create; "" if the request has none or tokens are ignored.
func (c *call) clientToken(cr *create) (string, error) {
	if c.sandbox.config.IgnoreTokens || !c.params.has(cr.Token) {
		return "", nil
	}
	token := c.params.get(cr.Token)
	ascii := !strings.ContainsFunc(token, func(r rune) bool { return r > 0x7f })
	if token == "" || len(token) > maxToken || !ascii {
		return "", fail("InvalidClientToken", "The client token is not valid. It must have 1 to %d ASCII characters.", maxToken)
	}
	return token, nil
}

// fingerprint returns equal strings for equal parameters of one token. The order of tags does not matter, and DryRun and
// the Availability Zone do not count.
func (c *call) fingerprint(cr *create, tags map[string]map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		first, _, _ := strings.Cut(name, ".")
		_, takes := cr.Takes.find(first)
		isTag := cr.TagParam != "" && strings.HasPrefix(name, cr.TagParam+".")
		if takes && !isTag && name != "DryRun" && !cr.isZone(name) {
			fmt.Fprintf(&b, " %q=%q", name, c.params.get(name))
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(tags)) {
		for _, key := range slices.Sorted(maps.Keys(tags[typ])) {
			fmt.Fprintf(&b, " %s:%q=%q", typ, key, tags[typ][key])
		}
	}
	return b.String()
}

// isZone reports whether a parameter is the Availability Zone or its id. EC2 does not refuse a known token for another zone:
// the token is a new one there.
func (cr *create) isZone(name string) bool {
	return cr.Zone != "" && (name == cr.Zone || name == cr.Zone+"Id")
}

// tokenKey identifies a token in its Region.
func (c *call) tokenKey(cr *create, token string) string {
	key := cr.Action + " " + token
	if cr.Zone != "" {
		key += " " + cmp.Or(c.params.get(cr.Zone), c.params.get(cr.Zone+"Id"))
	}
	return key
}

// replay answers a request whose token was used before. If the token is new, replay returns neither an answer nor an
// error.
func (c *call) replay(cr *create, token, params string) (*node, error) {
	used := c.home().tokens[c.tokenKey(cr, token)]
	ttl := c.sandbox.config.TokenTTL
	if used == nil || ttl > 0 && c.now.Sub(used.at) >= ttl {
		return nil, nil
	}
	if used.params != params {
		c.sandbox.report.Mismatches++
		return nil, fail("IdempotentParameterMismatch", "Wrong arguments for request with token %s", token)
	}
	if used.first == nil {
		return nil, nil
	}
	if cr.Action == "RunInstances" && slices.ContainsFunc(used.made, func(r *resource) bool { return r.Deleted }) {
		return nil, fail("IdempotentInstanceTerminated", "The instance of the request with token %s is terminated", token)
	}
	c.sandbox.report.Replayed++
	c.note = strings.Join(idsOf(used.made), " ") + " (replayed)"
	if slices.ContainsFunc(used.made, (*resource).gone) {
		return used.first, nil
	}
	return c.createAnswer(cr, token, used.made), nil // with the current state
}

// bindToken remembers the token of a create that EC2 refuses for lack of capacity: such a request binds its token to its
// parameters, as seen with RunInstances and CreateFleet, although it creates nothing.
func (c *call) bindToken() {
	cr := names().creates[c.action()]
	if cr == nil {
		return
	}
	token, err := c.clientToken(cr)
	tags, tagsErr := c.tagSpecifications(cr)
	if token == "" || err != nil || tagsErr != nil || c.home().tokens[c.tokenKey(cr, token)] != nil {
		return
	}
	c.home().tokens[c.tokenKey(cr, token)] = &tokenUse{params: c.fingerprint(cr, tags), at: c.now}
}
