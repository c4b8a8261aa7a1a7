package awsec2_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/awsec2"
	"github.com/awsidem/awsidem/pkg/idem"
	"github.com/awsidem/awsidem/pkg/sandbox"
)

// In the sandbox, each operation creates a resource, returns the same resource for the same token, and finds it by id, together with others, and
// by tag. Other parameters are a mismatch. A found resource has the same form as the answer of the create.
func TestOperations(t *testing.T) {
	for _, op := range awsec2.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			box := sandbox.New(sandbox.Config{})
			client := awsec2.ConnectTo(t, box)
			creator, finder := awsec2.New(client), awsec2.NewFinder(client)
			intent := idem.Intent{Operation: op.Name, ClientToken: token, Input: sample(t, op)}
			if op.Taggable {
				intent.Input["TagSpecifications"] = []any{map[string]any{
					"ResourceType": op.ResourceType(), "Tags": []any{map[string]any{"Key": "key", "Value": "va*ue"}},
				}}
			}

			made, err := creator.Create(t.Context(), intent)
			if err != nil {
				t.Fatal(err)
			}
			if len(made.IDs()) == 0 || (made.ResourceIDs != nil) != op.Many || made.Output["ClientToken"] != token {
				t.Errorf("made %v", made)
			}
			again, err := creator.Create(t.Context(), intent)
			if err != nil || !slices.Equal(again.IDs(), made.IDs()) {
				t.Errorf("again: %v, %v; want %v", again.IDs(), err, made.IDs())
			}
			expectFound(t, "by id", made, finder.FindID, intent, made.IDs()...)
			joined, err := awsec2.FindIDs(t.Context(), client, []idem.Intent{intent, intent}, [][]string{made.IDs(), made.IDs()})
			if err != nil || len(joined) != 2 || len(joined[0]) != 1 || len(joined[1]) != 1 || joined[1][0].ResourceID != made.ResourceID {
				t.Errorf("with others: %v, %v", joined, err)
			}
			for _, ids := range [][]string{{neighbour(made.ResourceID)}, {made.ResourceID, neighbour(made.ResourceID)}} {
				if found, err := finder.FindID(t.Context(), intent, ids...); err != nil || found != nil {
					t.Errorf("%s: %v, %v; want none unless all are visible", ids, found, err)
				}
			}
			if op.Taggable {
				byTag := func(ctx context.Context, intent idem.Intent, _ ...string) ([]idem.Resource, error) {
					return finder.FindTag(ctx, intent, "key", "va*ue")
				}
				expectFound(t, "by tag", made, byTag, intent)
				if found, err := finder.FindTag(t.Context(), intent, "key", "value"); err != nil || found != nil {
					t.Errorf("by another tag: %v, %v", found, err)
				}
			}
			if n := len(box.Resources()); n != len(made.IDs()) {
				t.Errorf("%d resources, want %d", n, len(made.IDs()))
			}
		})
	}
}

// expectFound expects that a lookup finds the created resource, that it is usable, and that it has the form of the create's answer.
func expectFound(t *testing.T, how string, made idem.Result, find func(context.Context, idem.Intent, ...string) ([]idem.Resource, error), intent idem.Intent, ids ...string) {
	t.Helper()
	found, err := find(t.Context(), intent, ids...)
	if err != nil || len(found) != 1 {
		t.Errorf("%s: %v, %v", how, found, err)
		return
	}
	r := found[0]
	got := slices.Sorted(slices.Values(r.IDs()))
	if !slices.Equal(got, slices.Sorted(slices.Values(made.IDs()))) || r.Disagreement != "" || r.Readiness != idem.Usable {
		t.Errorf("%s: %s: %q, %s %s; want %s", how, got, r.Disagreement, r.State, r.Readiness, made.IDs())
	}
	for member := range made.Output {
		if _, ok := r.Output[member]; !ok && !slices.Contains(strings.Fields("Unsuccessful Errors DiskImageFormat"), member) { // Describe has none of these
			t.Errorf("%s: the output has no %s: %s", how, member, cmp.Diff(made.Output, r.Output))
		}
	}
}

// neighbour returns an id that differs from another one in its last digit.
func neighbour(id string) string {
	last := len(id) - 1
	if id[last] == '1' {
		return id[:last] + "2"
	}
	return id[:last] + "1"
}

// sample returns an input with the members that an operation requires.
func sample(t *testing.T, op awsec2.Operation) map[string]any {
	t.Helper()
	input := op.Minimal(func(member string) string {
		if member == "VpcId" {
			return vpcID
		}
		return "some-" + strings.ToLower(member)
	})
	if op.Name == "CreateLaunchTemplateVersion" { // two members can name the template, and none is required
		input["LaunchTemplateId"] = "lt-0123456789abcdef0"
	}
	return input
}
