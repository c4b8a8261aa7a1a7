// Package clienttoken generates, derives and checks EC2 client tokens. A client token is a "unique, case-sensitive string of up
// to 64 ASCII characters" in a request. If a request is sent again with the same token, EC2 returns the resource of the first request
// and does not create a second resource.
//
// See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
package clienttoken

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"
)

// maxLength is the length of the longest client token that EC2 accepts, in characters.
const maxLength = 64

// Namespace is the UUIDv5 namespace of the tokens that [Derive] returns. It must never change: with another namespace, Derive would return
// other tokens for the keys in existing runbooks, and each runbook would create a second resource.
var Namespace = uuid.MustParse("ffe2888e-6f59-449b-af1f-1b5389696f9c")

// Choose returns the client token of a create. If given is not nil, the token is *given. If key is not nil, the token is the one that
// [Derive] returns for *key. If both are nil, the token is random: a UUIDv4 (RFC 9562, section 5.4) from crypto/rand. repeatable reports
// whether a later run with the same arguments gets the same token. Choose returns an error if both are not nil, or if the given token or key is
// invalid.
func Choose(operation string, given, key *string) (token string, repeatable bool, err error) {
	switch {
	case given != nil && key != nil:
		return "", false, errors.New("a client token and an idempotency key exclude each other: the key derives the token")
	case given != nil:
		return *given, true, Validate(*given)
	case key != nil:
		token, err = Derive(operation, *key)
		return token, true, err
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return "", false, fmt.Errorf("generating a client token: %w", err)
	}
	return id.String(), false, nil
}

// Derive returns the token of an idempotency key: the UUIDv5 (RFC 9562, section 5.5) of "OPERATION:KEY" in [Namespace].
// Every machine derives the same token. This shell command prints the token:
//
//	uuidgen --sha1 --namespace ffe2888e-6f59-449b-af1f-1b5389696f9c --name CreateRouteTable:KEY
//
// Derive returns an error if the key is empty, or if the key is not UTF-8: a manifest can't contain such a key.
func Derive(operation, key string) (string, error) {
	if key == "" {
		return "", errors.New("an idempotency key must not be empty")
	}
	if !utf8.ValidString(key) {
		return "", fmt.Errorf("an idempotency key must be UTF-8: %q is not", key)
	}
	return uuid.NewSHA1(Namespace, []byte(operation+":"+key)).String(), nil
}

// Validate returns an error unless token has 1 to 64 printable ASCII characters. A control character is ASCII, too, but EC2's answer
// is XML, which can't contain most control characters: the token in the answer would never equal the token that was sent.
func Validate(token string) error {
	if token == "" {
		return errors.New("a client token must have 1 to 64 ASCII characters: this one is empty")
	}
	for i, r := range token {
		if r < ' ' || r > '~' {
			return fmt.Errorf("a client token must have 1 to 64 printable ASCII characters: %q has %q at position %d", token, r, i+1)
		}
	}
	if n := len(token); n > maxLength {
		return fmt.Errorf("a client token must have 1 to 64 ASCII characters: %q has %d", token, n)
	}
	return nil
}
