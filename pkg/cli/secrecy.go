package cli

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/shape"
	"github.com/awsidem/awsidem/pkg/text"
)

// forRecord returns an intent as the journal keeps it. A hash stands for each password and each key: it shows that another one is a mismatch,
// and it can't be sent. What is only sensitive, such as user data, stays: a resume has to send it again.
func forRecord(intent idem.Intent) idem.Intent {
	if holdsSecret(intent) {
		intent.Input = awsec2.MapValues(intent.Operation, intent.Input, func(path string, secrecy awsec2.Secrecy, value any) any {
			if secrecy == awsec2.Secret {
				return hashOf(intent.Operation+" "+path, value)
			}
			return value
		})
	}
	return intent
}

// hashOf returns a hash that takes long to compute, since a password may be easy to guess. Equal values at one place have equal hashes.
func hashOf(place string, value any) string {
	const rounds, size = 100_000, 32
	data, _ := json.Marshal(value) // a generic value can be JSON
	hash, err := pbkdf2.Key(sha256.New, string(data), []byte(place), rounds, size)
	if err != nil { // only in FIPS mode, for a short salt
		return "not kept"
	}
	return "pbkdf2-sha256:" + hex.EncodeToString(hash)
}

// holdsSecret reports whether an intent's parameters hold a password or a key.
func holdsSecret(intent idem.Intent) bool { return holds(intent, awsec2.Secret) }

// holdsSensitive reports whether an intent's parameters hold values that must not be shown.
func holdsSensitive(intent idem.Intent) bool { return holds(intent, awsec2.Sensitive) }

// holds reports whether an intent's parameters hold values of at least this secrecy.
func holds(intent idem.Intent, least awsec2.Secrecy) bool {
	found := false
	awsec2.MapValues(intent.Operation, intent.Input, func(_ string, secrecy awsec2.Secrecy, value any) any {
		found = found || secrecy >= least
		return value
	})
	return found
}

// errNotKept returns the error of a resume that can't send an intent again.
func errNotKept(intent idem.Intent) error {
	return &heldError{
		fmt.Errorf("the intent of token %s has a password or a key, which no record keeps: resume can't send it again", intent.ClientToken),
		againInWords(intent.ClientToken),
	}
}

// againInWords returns the advice for an intent whose command line must not be shown.
func againInWords(token string) string {
	return "run its own command again, with --client-token " + shellQuote([]string{token}) + " or its --idempotency-key"
}

// withoutValues returns an error about an operation's parameters without the values that must not be shown. source is where they come from:
// --cli-input-json.
func withoutValues(operation, source string, err error) error {
	if err == nil || awsec2.AllPublic(operation) {
		return err
	}
	listIndex := regexp.MustCompile(`\[\d+\]`)
	var (
		syntax *text.SyntaxError
		value  *shape.ValueError
	)
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("parsing %s: %s", source, syntax.Short())
	case errors.As(err, &value) && awsec2.SecrecyOf(operation, listIndex.ReplaceAllString(value.Path, "")) != awsec2.Public:
		return fmt.Errorf("parsing %s: %s", source, value.WithoutValue())
	}
	return err
}
