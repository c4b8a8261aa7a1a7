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

// forRecord returns an intent as the journal keeps it. A hash replaces each password and each key: it is enough to detect a mismatch, but a resume
// can't send the create again. A value that is only sensitive, such as user data, stays on record, because a resume has to send it.
func forRecord(intent idem.Intent) idem.Intent {
	if holdsSecret(intent) {
		intent.Input = awsec2.MapValues(intent.Operation, intent.Input, func(path string, secrecy awsec2.Secrecy, value any) any {
			if secrecy == awsec2.Secret {
				return hashOf(value, intent.Operation+" "+path)
			}
			return value
		})
	}
	return intent
}

// hashOf returns a hash of a value that takes long to compute, since a password may be easy to guess. Equal values with one salt have equal
// hashes.
func hashOf(value any, salt string) string {
	const rounds, size = 100_000, 32
	data, _ := json.Marshal(value) // a generic value can be JSON
	hash, err := pbkdf2.Key(sha256.New, string(data), []byte(salt), rounds, size)
	if err != nil { // only in FIPS mode, for a short salt
		return "not kept"
	}
	return "pbkdf2-sha256:" + hex.EncodeToString(hash)
}

// holdsSecret reports whether an intent's parameters hold a password or a key.
func holdsSecret(intent idem.Intent) bool { return holds(intent, awsec2.Secret) }

// holdsSensitive reports whether an intent's parameters hold values that must not be shown.
func holdsSensitive(intent idem.Intent) bool { return holds(intent, awsec2.Sensitive) }

// holds reports whether an intent's parameters hold a value of at least the secrecy least.
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

// withoutValues returns an error about an operation's parameters without the values that must not be shown. source is the source of the
// parameters, such as --cli-input-json.
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
