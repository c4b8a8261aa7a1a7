// Package clienttoken generates, derives and checks EC2 client tokens. A client token is a "unique, case-sensitive string of up
// to 64 ASCII characters" in a request. If a create is sent again with the same token, EC2 returns the resource that exists
// and does not create a second one.
//
// See https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
package clienttoken

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"
)

// MaxLength is the length of the longest client token that EC2 accepts, in characters.
const MaxLength = 64

// Namespace is the UUIDv5 namespace of the tokens that [Derive] returns. It must never change: with another namespace, the keys
// in existing runbooks would derive other tokens and create second resources.
var Namespace = uuid.MustParse("ffe2888e-6f59-449b-af1f-1b5389696f9c")

// Choose returns the client token of a create: given, if it is not nil, else the token that [Derive] returns for key, if that is not
// nil, else a random one. Repeatable reports whether a later run with the same arguments gets the same token. It is an error if given
// and key are both not nil, or if either is invalid.
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
	token, err = Generate()
	return token, false, err
}

// Generate returns a random token, a UUIDv4 (RFC 9562, section 5.4) from crypto/rand. It fails if crypto/rand does.
func Generate() (string, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return "", fmt.Errorf("generating a client token: %w", err)
	}
	return id.String(), nil
}

// Derive returns the token of an idempotency key, which is the UUIDv5 (RFC 9562, section 5.5) of "OPERATION:KEY" in [Namespace].
// Every machine derives the same token. In a shell, this command prints it:
//
//	uuidgen --sha1 --namespace ffe2888e-6f59-449b-af1f-1b5389696f9c --name CreateRouteTable:KEY
//
// An empty key is an error. A key that is not UTF-8 is an error too, because a manifest can't contain it.
func Derive(operation, key string) (string, error) {
	if key == "" {
		return "", errors.New("an idempotency key must not be empty")
	}
	if !utf8.ValidString(key) {
		return "", fmt.Errorf("an idempotency key must be UTF-8: %q is not", key)
	}
	return uuid.NewSHA1(Namespace, []byte(operation+":"+key)).String(), nil
}

// Validate returns an error unless token has 1 to 64 printable ASCII characters. It refuses control characters,
// because EC2's answer is XML, which can't contain most of them: the token in the answer would never equal the token sent.
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
