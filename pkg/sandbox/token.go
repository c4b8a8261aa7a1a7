package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A tokenUse is the first use of a client token, which EC2 remembers per account, Region and action:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
// A failed request leaves no tokenUse.
type tokenUse struct {
	params string // fingerprint of the parameters
	made   *resource
	first  answer // original answer
	at     time.Time
}

// maxToken is the maximum length of a client token, in ASCII characters.
const maxToken = 64

// clientToken returns the valid token of a create; "" if the request has none or tokens are ignored.
func (c *call) clientToken() (string, error) {
	if c.sandbox.config.IgnoreTokens || !c.params.has("ClientToken") {
		return "", nil
	}
	token := c.params.get("ClientToken")
	ascii := !strings.ContainsFunc(token, func(r rune) bool { return r > 0x7f })
	if token == "" || len(token) > maxToken || !ascii {
		return "", fail("InvalidClientToken", "The client token is not valid. It must have 1 to %d ASCII characters.", maxToken)
	}
	return token, nil
}

// fingerprint returns equal strings for equal parameters. The order of tags does not matter.
func fingerprint(vpcID string, tags map[string]string) string {
	var b strings.Builder
	b.WriteString(vpcID)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		fmt.Fprintf(&b, " %q=%q", key, tags[key])
	}
	return b.String()
}

func (c *call) tokenKey(token string) string { return c.action() + " " + token }

// replay answers a request whose token was used before. If the token is new, replay returns neither an answer nor an
// error.
func (c *call) replay(token, params string) (*answer, error) {
	used := c.home().tokens[c.tokenKey(token)]
	ttl := c.sandbox.config.TokenTTL
	if used == nil || ttl > 0 && c.now.Sub(used.at) >= ttl {
		return nil, nil
	}
	if used.params != params {
		c.sandbox.report.Mismatches++
		return nil, fail("IdempotentParameterMismatch", "Wrong arguments for request with token %s", token)
	}
	c.sandbox.report.Replayed++
	c.note = used.made.id + " (replayed)"
	a := used.first
	if !used.made.deleted {
		used.made.kind.show(&a, used.made) // the current state
	}
	return &a, nil
}

func (c *call) remember(token string, u tokenUse) { c.home().tokens[c.tokenKey(token)] = &u }
