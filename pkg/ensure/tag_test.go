package ensure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsidem/awsidem/pkg/ensure"
	"github.com/awsidem/awsidem/pkg/idem"
)

// specification returns tags for resources of a type, in the shape of --tag-specifications; tags are keys and values in turn.
func specification(resourceType string, tags ...string) any {
	list := []any{}
	for i := 0; i < len(tags); i += 2 {
		list = append(list, map[string]any{"Key": tags[i], "Value": tags[i+1]})
	}
	return map[string]any{"ResourceType": resourceType, "Tags": list}
}

// The tag joins the tags that were asked for. Nothing else in the parameters changes.
func TestTag(t *testing.T) {
	volume, table := specification("volume", "Name", "disk"), specification("route-table", "Name", "a")
	tagged := specification("route-table", "Name", "a", ensure.TagKey, "T")
	for name, c := range map[string]struct{ given, want []any }{
		"no tags":                   {nil, []any{specification("route-table", ensure.TagKey, "T")}},
		"tags":                      {[]any{table}, []any{tagged}},
		"tags of another type":      {[]any{volume}, []any{volume, specification("route-table", ensure.TagKey, "T")}},
		"tags of two types":         {[]any{volume, table}, []any{volume, tagged}},
		"tags of one type, twice":   {[]any{table, table}, []any{tagged, table}},
		"the tag itself":            {[]any{tagged}, []any{tagged}},
		"the tag of another intent": {[]any{specification("route-table", ensure.TagKey, "other")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			intent := idem.Intent{ClientToken: "T", Input: map[string]any{"VpcId": "vpc-1"}}
			if c.given != nil {
				intent.Input["TagSpecifications"] = c.given
			}
			if ensure.Tagged(intent) != (name == "the tag itself") {
				t.Errorf("Tagged() = %v before", ensure.Tagged(intent))
			}
			err := ensure.Tag(&intent, "route-table")
			if c.want == nil {
				if err == nil || err.Error() != `awsidem sets the tag awsidem:client-token itself: it can't be "other"` {
					t.Errorf("Tag: %v", err)
				}
				return
			}
			if diff := cmp.Diff(map[string]any{"VpcId": "vpc-1", "TagSpecifications": c.want}, intent.Input); err != nil || diff != "" || !ensure.Tagged(intent) {
				t.Errorf("Tag: %v (-want +got):\n%s", err, diff)
			}
		})
	}
	if diff := cmp.Diff(specification("route-table", "Name", "a"), table); diff != "" {
		t.Errorf("the caller's list changed:\n%s", diff)
	}
}
