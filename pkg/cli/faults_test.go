package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/awsidem/awsidem/pkg/sandbox"
)

// The faults of one create in which the AWS CLI and a bare SDK program end right in 11 of 23.
var singleFaults = []string{
	// before anything is applied
	"throttle", "throttling", "unavailable", "internal-error", "bad-gateway", "html", "empty", "json", "reset",
	// after it is applied
	"lost-response", "drop-after", "internal-error-after", "unavailable-after", "gateway-timeout", "truncate", "half-document",
	"html-after", "empty-after",
	// an answer to another question
	"wrong-vpc", "wrong-token",
	// what lasts
	"throttle=x4", "unavailable=x4", "lost-response=x5",
}

// Each single fault, and each of them lasting five attempts, ends in success with one resource, the one printed, and one
// token.
func TestSingleFaults(t *testing.T) {
	t.Parallel()
	if len(singleFaults) != 23 {
		t.Fatalf("there are %d cases, not 23", len(singleFaults))
	}
	for _, create := range []struct{ command, action, member string }{
		{"create-route-table", "CreateRouteTable", "RouteTable"},
		{"create-network-acl", "CreateNetworkAcl", "NetworkAcl"},
	} {
		for _, kind := range singleFaults {
			name, count, lasts := strings.Cut(kind, "=")
			faults := []string{name + ":" + create.action + "=" + count}
			if !lasts {
				faults = []string{name + ":" + create.action, name + ":" + create.action + "=x5"}
			}
			for _, fault := range faults {
				t.Run(fault, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						w, stop := newWorld(sandbox.Config{Faults: sandbox.MustFaults(fault)})
						defer stop()
						r := w.run(context.Background(), create.command, "--vpc-id", vpcA)
						var printed map[string]any
						_ = json.Unmarshal([]byte(r.stdout), &printed) // output that is not JSON names no resource
						resource, _ := printed[create.member].(map[string]any)
						made := w.Resources()
						switch {
						case r.code != exitOK:
							t.Fatalf("exit %d\n%s", r.code, r.stderr)
						case len(made) != 1:
							t.Fatalf("made %d", len(made))
						case resource[create.member+"Id"] != made[0].ID:
							t.Fatalf("made %s, printed\n%s", made[0].ID, r.stdout)
						case len(w.sent()) < 2:
							t.Fatalf("%d attempts: the fault was not given", len(w.sent()))
						case slices.ContainsFunc(w.sent(), func(sent string) bool { return sent != printed["ClientToken"] }):
							t.Fatalf("printed the token %q, sent %q", printed["ClientToken"], w.sent())
						}
					})
				})
			}
		}
	}
}
