package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// names are hashes from which the names of an intent's files are made, because a token may contain "/" or "..". A record of a table has the name
// that its file would have in a folder. The hashes:
//   - token is the hash of the client token.
//   - parameters is the hash of the operation, the parameters and the place. The same token with other parameters is another intent.
//   - use is the hash of the operation, the token and the place: the same for all uses of a token in one place.
type names struct{ token, parameters, use string }

func namesOf(i idem.Intent) names {
	parameters, _ := json.Marshal([]any{i.Operation, i.Input, i.Region, i.Endpoint, i.Profile}) // encode reports what can't be JSON
	use, _ := json.Marshal([]any{i.Operation, i.ClientToken, i.Region, normalEndpoint(i.Endpoint), i.Profile})
	return names{tokenHash(i.ClientToken), hash(parameters), hash(use)}
}

const suffix = ".json"

// finished returns the name of the intent's file in succeeded/ and rejected/.
func (n names) finished() string { return n.token + "-" + n.parameters + suffix }

// run returns a new name for a run's file in unknown/. Part of the name is random, so that no other run has it.
func (n names) run() string {
	return n.token + "-" + n.parameters + "." + strings.ToLower(rand.Text()) + suffix
}

// firstUse returns the name in tokens/ of the file that shows the token's first use in its place, whatever the parameters.
func (n names) firstUse() string { return n.use + suffix }

// own reports whether a name is that of one of the intent's files.
func (n names) own(name string) bool { return strings.HasPrefix(name, n.token+"-"+n.parameters+".") }

// sameToken reports whether a name is that of a file of an intent with the same token.
func (n names) sameToken(name string) bool { return strings.HasPrefix(name, n.token+"-") }

// sameParameters reports whether a name is that of a file of an intent with the same operation, parameters and place.
func (n names) sameParameters(name string) bool { return strings.Contains(name, "-"+n.parameters+".") }

// baseOf returns the part of a file's name that identifies the intent, and reports whether the name has the form of a record's name.
func baseOf(name string) (base string, ok bool) {
	base, run, _ := strings.Cut(strings.TrimSuffix(name, suffix), ".")
	hex := func(s string) bool { return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == "" }
	token, parameters, _ := strings.Cut(base, "-")
	return base, strings.HasSuffix(name, suffix) && hex(token) && hex(parameters) && !strings.Contains(run, ".")
}

func tokenHash(token string) string { return hash([]byte(token)) }

// hashInput returns the hash of parameters.
func hashInput(input map[string]any) string {
	data, _ := json.Marshal(input) // encode reports what can't be JSON
	return hash(data)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}
