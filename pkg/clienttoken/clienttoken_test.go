package clienttoken

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestValidate(t *testing.T) {
	for _, token := range []string{"a", strings.Repeat("x", 64), "abf653c2-09a2-426d-bd2d-acaac0c98a28", "../a/b c", "~!"} {
		if err := Validate(token); err != nil {
			t.Errorf("Validate(%q): %v", token, err)
		}
	}
	for token, want := range map[string]string{
		"":                      "empty",
		strings.Repeat("x", 65): "has 65",
		"tökén":                 `'ö' at position 2`,
		"a\nb":                  `'\n' at position 2`,
		"a\x7f":                 `at position 2`,
		"a\xff":                 `at position 2`,
	} {
		if err := Validate(token); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate(%q) = %v, want an error with %q", token, err, want)
		}
	}
}

func TestChooseRandom(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, repeatable, err := Choose("CreateRouteTable", nil, nil)
		if err != nil || repeatable {
			t.Fatal(repeatable, err)
		}
		id, err := uuid.Parse(token)
		if err != nil || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
			t.Fatalf("Choose = %q, want a UUIDv4", token)
		}
		if seen[token] {
			t.Fatalf("Choose returned %q twice", token)
		}
		seen[token] = true
	}
}

func TestChoose(t *testing.T) {
	given, invalid, key, empty := "a", "ö", "prod/private-a", ""
	for _, test := range []struct {
		name       string
		given, key *string
		want       string
		repeatable bool
		wantErr    string
	}{
		{"a token", &given, nil, "a", true, ""},
		{"an invalid token", &invalid, nil, "ö", true, "printable ASCII"},
		{"a key", nil, &key, "a86a2841-5765-51e0-b957-d247729d0d5b", true, ""},
		{"an empty key", nil, &empty, "", true, "must not be empty"},
		{"both", &given, &key, "", false, "exclude each other"},
	} {
		token, repeatable, err := Choose("CreateRouteTable", test.given, test.key)
		if token != test.want || repeatable != test.repeatable || (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
			t.Errorf("%s: Choose = %q, %v, %v", test.name, token, repeatable, err)
		}
	}
}

// Runbooks rely on the namespace and on the form of the name: a key must derive the same token for ever.
func TestDeriveIsForEver(t *testing.T) {
	got, err := Derive("CreateRouteTable", "prod/private-a")
	if want := "a86a2841-5765-51e0-b957-d247729d0d5b"; err != nil || got != want {
		t.Errorf("Derive = %q, %v, want %q", got, err, want)
	}
	if _, err := Derive("CreateRouteTable", ""); err == nil {
		t.Error("Derive accepts an empty key")
	}
	if _, err := Derive("CreateRouteTable", "caf\xe9"); err == nil || !strings.Contains(err.Error(), `"caf\xe9"`) {
		t.Errorf("Derive of a key in Latin-1: %v", err)
	}
}

func TestDeriveIsWhatUuidgenPrints(t *testing.T) {
	uuidgen, err := exec.LookPath("uuidgen")
	if err != nil {
		t.Skip("uuidgen is not installed")
	}
	for _, key := range []string{"prod/private-a", "a b", "schlüssel", "--name"} {
		want, err := exec.Command(uuidgen, "--sha1", "--namespace", Namespace.String(), "--name", "CreateNetworkAcl:"+key).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Derive("CreateNetworkAcl", key); err != nil || got != strings.TrimSpace(string(want)) {
			t.Errorf("Derive(%q) = %q, %v, want %q", key, got, err, want)
		}
	}
}

func TestDeriveDistinguishesIntents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		operations := rapid.SampledFrom([]string{"CreateRouteTable", "CreateNetworkAcl"})
		keys := rapid.StringN(1, 20, 200)
		opA, keyA, opB, keyB := operations.Draw(t, "opA"), keys.Draw(t, "keyA"), operations.Draw(t, "opB"), keys.Draw(t, "keyB")
		a, errA := Derive(opA, keyA)
		b, errB := Derive(opB, keyB)
		if errA != nil || errB != nil || Validate(a) != nil {
			t.Fatalf("Derive returned %q (%v), %q (%v)", a, errA, b, errB)
		}
		if same := opA == opB && keyA == keyB; (a == b) != same {
			t.Fatalf("Derive(%q, %q) = %q and Derive(%q, %q) = %q", opA, keyA, a, opB, keyB, b)
		}
	})
}
