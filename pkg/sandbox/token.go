package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A use is what EC2 remembers of a client token, per account, Region and action:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
// A token whose request failed is not remembered.
type use struct {
	intent string // the parameters, but for the token itself and DryRun
	made   *resource
	first  answer // the original answer
	at     time.Time
}

// maxToken is the length of a client token, in ASCII characters.
const maxToken = 64

// clientToken gives the token of a create, "" if there is none.
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

// fingerprint is equal for equal parameters: tags are a set.
func fingerprint(vpcID string, tags map[string]string) string {
	var b strings.Builder
	b.WriteString(vpcID)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		fmt.Fprintf(&b, " %q=%q", key, tags[key])
	}
	return b.String()
}

func (c *call) tokenKey(token string) string { return c.action() + " " + token }

// replay answers a request whose token was used before; without an answer and an error it was not.
func (c *call) replay(token, intent string) (*answer, error) {
	used := c.home().tokens[c.tokenKey(token)]
	ttl := c.sandbox.config.TokenTTL
	if used == nil || ttl > 0 && c.now.Sub(used.at) >= ttl {
		return nil, nil
	}
	if used.intent != intent {
		c.sandbox.report.Mismatches++
		return nil, fail("IdempotentParameterMismatch", "Wrong arguments for request with token %s", token)
	}
	c.sandbox.report.Replayed++
	c.note = used.made.id + " (replayed)"
	a := used.first
	if !used.made.deleted {
		used.made.kind.show(&a, used.made) // in its newer state
	}
	return &a, nil
}

func (c *call) remember(token string, u use) { c.home().tokens[c.tokenKey(token)] = &u }
