package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// names has the hashes of which the names of an intent's files consist: a token itself may contain "/" or "..". A record of a table has the name
// that its file would have in a folder. The hashes:
//   - token: of the client token.
//   - parameters: of the operation, the parameters and the place. The same token with other parameters is another intent.
//   - use: of the operation, the token and the place. All uses of a token in one place have the same hash.
type names struct{ token, parameters, use string }

func namesOf(i idem.Intent) names {
	parameters, _ := json.Marshal([]any{i.Operation, i.Input, i.Region, i.Endpoint, i.Profile}) // encode reports what can't be JSON
	use, _ := json.Marshal([]any{i.Operation, i.ClientToken, i.Region, normalEndpoint(i.Endpoint), i.Profile})
	return names{tokenHash(i.ClientToken), hash(parameters), hash(use)}
}

const suffix = ".json"

// finished returns the name of the intent's file in succeeded/ and rejected/.
func (n names) finished() string { return n.token + "-" + n.parameters + suffix }

// run returns the name in unknown/ of the file of the run with an id.
func (n names) run(id string) string { return n.token + "-" + n.parameters + "." + id + suffix }

// newRunID returns a new id of a run. The id is random, so that no other run has it.
func newRunID() string { return strings.ToLower(rand.Text()) }

// runID returns the id of a run by the name of its record.
func runID(file string) string {
	_, id, _ := strings.Cut(strings.TrimSuffix(file, suffix), ".")
	return id
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
