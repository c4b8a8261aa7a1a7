// Package clienttoken makes and checks EC2 client tokens: the "unique, case-sensitive string of up to 64 ASCII characters"
// that makes a retry of a create return the same resource instead of a second one.
//
// See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
package clienttoken

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"
)

// MaxLength is the longest client token that EC2 takes, in characters.
const MaxLength = 64

// Namespace is the UUIDv5 namespace of the tokens that [Derive] gives. It never changes: a changed namespace would turn
// every key of every runbook into a new intent.
var Namespace = uuid.MustParse("ffe2888e-6f59-449b-af1f-1b5389696f9c")

// Generate gives a random token: a UUIDv4 (RFC 9562, section 5.4) from crypto/rand. It errors if there is no randomness.
func Generate() (string, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return "", fmt.Errorf("generating a client token: %w", err)
	}
	return id.String(), nil
}

// Derive gives the token of an idempotency key: the UUIDv5 (RFC 9562, section 5.5) of "OPERATION:KEY" in [Namespace].
// It depends on nothing else, so that every machine derives the same token; in a shell it is
//
//	uuidgen --sha1 --namespace ffe2888e-6f59-449b-af1f-1b5389696f9c --name CreateRouteTable:KEY
//
// An empty key is an error, and so is one that is not UTF-8: a manifest could not hold it.
func Derive(operation, key string) (string, error) {
	if key == "" {
		return "", errors.New("an idempotency key must not be empty")
	}
	if !utf8.ValidString(key) {
		return "", fmt.Errorf("an idempotency key must be UTF-8: %q is not", key)
	}
	return uuid.NewSHA1(Namespace, []byte(operation+":"+key)).String(), nil
}

// Validate reports as an error what makes token none that EC2 takes: it must have 1 to 64 ASCII characters. Control
// characters are refused too: XML can't carry most of them, so EC2's answer could never be matched with the token.
func Validate(token string) error {
	if token == "" {
		return errors.New("a client token must have 1 to 64 ASCII characters: this one is empty")
	}
	for i, r := range token {
		if r < ' ' || r > '~' {
			return fmt.Errorf("a client token must have 1 to 64 printable ASCII characters: %q has %q at position %d", token, r, i+1)
		}
	}
	if n := len(token); n > MaxLength {
		return fmt.Errorf("a client token must have 1 to 64 ASCII characters: %q has %d", token, n)
	}
	return nil
}
